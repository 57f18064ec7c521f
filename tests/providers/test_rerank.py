"""Re-ranking upstream: every shape of answer, and none when it is late or wrong."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from app.core.errors import UpstreamMisconfigured
from app.providers.openai.address import UpstreamAddress
from app.providers.rerank import UpstreamReranker
from tests.fake_reranker import FakeReranker, Shape
from tests.serving import LiveServer, serve

TEXTS = ["one", "a favourite", "three"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeReranker, LiveServer]]:
    fake = FakeReranker()
    with serve(fake.app) as server:
        yield fake, server


@pytest.fixture
def fake(served: tuple[FakeReranker, LiveServer]) -> FakeReranker:
    """A re-ranker that was asked nothing yet."""
    served[0].requests.clear()
    return served[0]


@pytest.fixture
async def reranker(served: tuple[FakeReranker, LiveServer]) -> AsyncIterator[UpstreamReranker]:
    """A client of it."""
    made = client_of(served[1], seconds=60)
    yield made
    await made.close()


def client_of(server: LiveServer, *, seconds: float) -> UpstreamReranker:
    address = UpstreamAddress(SecretStr("secret"), server.url + "/", seconds, "RERANK_API_KEY")
    return UpstreamReranker(address, model="rerank-small")


@pytest.mark.parametrize("shape", ["cohere", "tei"])
async def test_scores_come_in_the_order_of_the_texts(
    fake: FakeReranker, reranker: UpstreamReranker, shape: Shape
) -> None:
    """Whatever order the server answers in, in either of the two shapes; the shape is remembered."""
    fake.shape = shape

    first = await reranker.rank("which?", TEXTS)
    again = await reranker.rank("which?", TEXTS)

    assert first == again == [0.2, 0.9, 0.2]
    assert len(fake.requests) == {"cohere": 2, "tei": 3}[shape]
    assert fake.requests[0]["model"] == "rerank-small"


async def test_a_refused_key_is_the_operators_to_set(fake: FakeReranker, reranker: UpstreamReranker) -> None:
    """The sentence names the setting; it is asked about again until the key is taken, and no more after that."""
    fake.shape = "refused"
    for _ in range(2):
        with pytest.raises(UpstreamMisconfigured, match="RERANK_API_KEY"):
            await reranker.check()
    fake.shape = "cohere"

    for _ in range(3):
        await reranker.check()

    assert len(fake.requests) == 3


async def test_a_server_that_is_away_is_no_fault_of_the_settings(
    fake: FakeReranker, reranker: UpstreamReranker
) -> None:
    """Searches go on without it, so the server is ready."""
    fake.shape = "broken"

    await reranker.check()


async def test_logits_become_scores(fake: FakeReranker, reranker: UpstreamReranker) -> None:
    """0..1 whatever the server hands out, in the same order."""
    fake.shape = "logits"

    scores = await reranker.rank("which?", TEXTS)

    assert scores is not None
    assert all(0 < score < 1 for score in scores)
    assert scores[1] > scores[0] == scores[2]


@pytest.mark.parametrize("shape", ["broken", "garbage", "few"])
async def test_a_failure_is_no_order(fake: FakeReranker, reranker: UpstreamReranker, shape: Shape) -> None:
    """Broken, no JSON, or not all of the texts: the fused order stands."""
    fake.shape = shape

    assert await reranker.rank("which?", TEXTS) is None


async def test_a_late_answer_is_no_order(served: tuple[FakeReranker, LiveServer]) -> None:
    """It comes after five seconds, and half a second is waited for it."""
    fake, server = served
    fake.shape = "slow"
    impatient = client_of(server, seconds=0.5)

    assert await impatient.rank("which?", TEXTS) is None
    await impatient.close()
