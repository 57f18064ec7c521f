"""VERIFY=model: doubtful citations are shown to a model after the answer, streamed or not."""

from typing import Any

import httpx
import pytest

from tests.conftest import MakeServer, sdk
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

SOURCE = "Parental leave in the office lasts nine months."
SAME = "New mothers and fathers may stay home for three quarters of a year [1]."
OTHER_NUMBER = "Parental leave in the office lasts eight months [1]."
QUOTED = "Parental leave in the office lasts nine months [1]."


@pytest.fixture
def server(make_server: MakeServer, upstream_url: str) -> LiveServer:
    """Footnote with a judging upstream, and one document."""
    return filled(make_server(openai_api_key="sk-good", openai_base_url=upstream_url, verify="model"))


def filled(server: LiveServer) -> LiveServer:
    files = {"file": ("leave.txt", SOURCE.encode())}
    httpx.post(f"{server.v1}/ingest", files=files).raise_for_status()
    return server


def cited(server: LiveServer, *, stream: bool = False) -> tuple[dict[str, Any], Any]:
    """Return the one citation of the answer, and its usage."""
    messages: Any = [{"role": "user", "content": "How long is parental leave?"}]
    more: Any = {"stream_options": {"include_usage": True}} if stream else {}
    answer: Any = sdk(server.v1).chat.completions.create(
        model="gpt-4o-mini", messages=messages, stream=stream, **more
    )
    if not stream:
        return answer.choices[0].message.footnote["citations"][0], answer.usage
    chunks = list(answer)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    footnote = next(delta.footnote for delta in deltas if hasattr(delta, "annotations"))
    return footnote["citations"][0], chunks[-1].usage


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("has_decisions", [False, True])
@pytest.mark.parametrize("probability", [0.95, 0.05])
def test_a_model_judges_what_words_do_not_decide(
    server: LiveServer, upstream: FakeUpstream, stream: bool, has_decisions: bool, probability: float
) -> None:
    """Its verdict counts, whoever was asked, and says that it was a model's; its tokens are counted."""
    upstream.answer, upstream.has_decisions, upstream.probability = SAME, has_decisions, probability

    citation, usage = cited(server, stream=stream)

    assert (citation["verified"], citation["judged_by"]) == (probability > 0.5, "model")
    assert citation["reason"] == ("paraphrased" if probability > 0.5 else "not_found")
    judging = upstream.requests[-1]
    shown = judging["input"] if has_decisions else str(judging["messages"])
    assert SOURCE in shown
    assert "three quarters of a year" in str(judging)
    assert usage.total_tokens == 18 + (105 if has_decisions else 18)


@pytest.mark.parametrize(("answer", "verified"), [(QUOTED, True), (OTHER_NUMBER, False)])
def test_what_words_decide_is_not_asked(
    server: LiveServer, upstream: FakeUpstream, answer: str, verified: bool
) -> None:
    """A model that agrees with everything cannot verify a changed number."""
    upstream.answer = answer

    citation, _ = cited(server)

    assert (citation["verified"], citation["judged_by"]) == (verified, "words")
    assert "decisions" not in upstream.calls


def test_a_late_judge_does_not_hold_the_answer_up(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """After the deadline the words' verdict stands."""
    upstream.answer = SAME
    server = filled(
        make_server(
            openai_api_key="sk-good",
            openai_base_url=upstream_url,
            verify="model",
            verify_model="gpt-hang",
            verify_timeout_seconds=0.3,
        )
    )

    citation, _ = cited(server)

    # The judge itself would agree after half a minute.
    assert (citation["verified"], citation["judged_by"]) == (False, "words")


def test_it_is_off_unless_asked_for(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """Without VERIFY=model no second call is made."""
    upstream.answer = SAME
    server = filled(make_server(openai_api_key="sk-good", openai_base_url=upstream_url))

    citation, _ = cited(server)

    assert (citation["verified"], citation["judged_by"]) == (False, "words")
    assert upstream.calls.get("chat") == 1
