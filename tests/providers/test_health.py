"""Whether each provider can answer: the part that cannot is named, and asked again only after a while."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.core.types import EmbeddingSpace
from app.providers.fallback.answerer import FallbackChat
from app.providers.health import ProviderHealth, outages
from app.providers.openai.address import UpstreamAddress
from app.providers.openai.connection import OpenAIConnection
from app.providers.openai.embeddings import OpenAIEmbeddings
from app.providers.select import Providers
from tests.fake_upstream import FakeUpstream


@pytest.fixture
async def providers(upstream_url: str) -> AsyncIterator[Providers]:
    """The fallback for chats, and an upstream for embeddings that refuses the key."""
    address = UpstreamAddress(SecretStr("sk-wrong"), upstream_url, key_setting="EMBEDDING_API_KEY")
    embeddings = OpenAIEmbeddings(OpenAIConnection(address), space=EmbeddingSpace("embed", 1536))
    made = Providers(FallbackChat(model="gpt-4o-mini"), embeddings)
    yield made
    await made.close()


async def test_the_part_that_cannot_answer_is_named(providers: Providers) -> None:
    """Chats go on; the sentence names the setting of the embeddings."""
    reasons = await ProviderHealth(providers).reasons(0.0)

    assert list(reasons) == ["embeddings"]
    assert "EMBEDDING_API_KEY" in reasons["embeddings"]


async def test_a_finding_is_remembered_for_a_while(providers: Providers, upstream: FakeUpstream) -> None:
    """Probes come every few seconds, and upstream is spared most of them."""
    health = ProviderHealth(providers)

    for now in (0.0, 10.0):
        await health.reasons(now)
    assert upstream.calls["/models"] == 1
    await health.reasons(16.0)

    assert upstream.calls["/models"] == 2


async def test_an_upstream_that_is_away_is_no_reason_and_an_outage(free_port: int) -> None:
    """A server stays ready meanwhile; whoever looks for what is wrong is told."""
    address = UpstreamAddress(SecretStr("sk-any"), f"http://127.0.0.1:{free_port}/v1")
    embeddings = OpenAIEmbeddings(OpenAIConnection(address), space=EmbeddingSpace("embed", 1536))
    providers = Providers(FallbackChat(model="gpt-4o-mini"), embeddings)

    reasons, found = await ProviderHealth(providers).reasons(0.0), await outages(providers)
    await providers.close()

    assert reasons == {}
    assert list(found) == ["embeddings"]
    assert "cannot be reached" in found["embeddings"]
