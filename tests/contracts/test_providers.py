"""The rules that every provider keeps: fallback, local model and upstream."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from app.core.types import EmbeddingSpace, Snippet
from app.providers.base import (
    ChatProvider,
    ChatProviderRequest,
    EmbeddingProvider,
    Finished,
    ProviderEvent,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.providers.fallback.answerer import FallbackChat
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.providers.local.embeddings import LocalEmbeddings
from app.providers.openai.address import UpstreamAddress
from app.providers.openai.chat import OpenAIChat
from app.providers.openai.connection import OpenAIConnection
from app.providers.openai.embeddings import OpenAIEmbeddings

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two providers of one kind, and a model of theirs that calls tools."""

    chat: ChatProvider
    embeddings: EmbeddingProvider
    tool_model: str


@pytest.fixture(params=["fallback", "local", "openai"])
async def pair(request: pytest.FixtureRequest, upstream_url: str) -> AsyncIterator[Pair]:
    """Each kind in turn."""
    if request.param == "fallback":
        yield Pair(FallbackChat(model="gpt-4o-mini"), FallbackEmbeddings(), "gpt-4o-mini")
        return
    if request.param == "local":
        local = LocalEmbeddings()
        yield Pair(FallbackChat(model="gpt-4o-mini"), local, "gpt-4o-mini")
        await local.close()
        return
    connection = OpenAIConnection(UpstreamAddress(SecretStr("sk-good"), upstream_url))
    embeddings = OpenAIEmbeddings(connection, space=EmbeddingSpace("text-embedding-3-small", 1536))
    yield Pair(OpenAIChat(connection), embeddings, "gpt-tool")
    await connection.close()


async def respond(chat: ChatProvider, **fields: Any) -> list[ProviderEvent]:
    body = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "How long is the leave?"}],
    } | fields
    text = "Nine months of leave are granted."
    snippets = (Snippet(1, "chunk_1", "file-1", "a.txt", text, 0, len(text), 0.9),)
    request = ChatProviderRequest(body, snippets)
    async with aclosing(chat.respond(request, deadline=time.monotonic() + 10)) as events:
        return [event async for event in events]


@pytest.mark.parametrize("stream", [False, True])
async def test_events_come_in_the_promised_order(pair: Pair, *, stream: bool) -> None:
    """Started, text, the end of each choice, usage; streamed text in at least two pieces."""
    events = await respond(pair.chat, stream=stream)

    assert isinstance(events[0], Started)
    assert isinstance(events[-1], UsageReported)
    texts = [event.text for event in events if isinstance(event, TextDelta)]
    assert "[1]" in "".join(texts)
    assert len(texts) >= (2 if stream else 1)
    (end,) = [event for event in events if isinstance(event, Finished)]
    assert (end.index, end.reason) == (0, "stop")
    assert events.index(end) > max(
        place for place, event in enumerate(events) if isinstance(event, TextDelta)
    )


@pytest.mark.parametrize("stream", [False, True])
async def test_usage_adds_up(pair: Pair, *, stream: bool) -> None:
    """Prompt and completion tokens make the total."""
    usage = (await respond(pair.chat, stream=stream))[-1]

    assert isinstance(usage, UsageReported)
    numbers: Any = usage.usage
    assert numbers["total_tokens"] == numbers["prompt_tokens"] + numbers["completion_tokens"] > 0


@pytest.mark.parametrize("stream", [False, True])
async def test_choices_appear_in_order_and_each_ends_once(pair: Pair, *, stream: bool) -> None:
    """N choices with their indexes from 0."""
    events = await respond(pair.chat, n=3, stream=stream)

    firsts = list(dict.fromkeys(event.index for event in events if isinstance(event, TextDelta)))
    assert firsts == [0, 1, 2]
    assert sorted(event.index for event in events if isinstance(event, Finished)) == [0, 1, 2]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_tool_call_says_id_and_name_once(pair: Pair, *, stream: bool) -> None:
    """SDKs join strings: what is sent twice is doubled."""
    events = await respond(
        pair.chat, model=pair.tool_model, tools=[TOOL], tool_choice="required", stream=stream
    )

    calls = [event for event in events if isinstance(event, ToolCallDelta)]
    assert [call.name for call in calls if call.name] == ["weather"]
    assert len([call.call_id for call in calls if call.call_id]) == 1
    assert calls[0].call_id is not None
    assert "".join(call.arguments for call in calls).startswith('{"city":')
    assert [event.reason for event in events if isinstance(event, Finished)] == ["tool_calls"]


async def test_embeddings_are_unit_vectors_in_order(pair: Pair) -> None:
    """One row a text, of the promised dimensions; equal texts are equal, related ones are nearer."""
    texts = ["parental leave", "laptop repair", "parental leave", "parental leave policy"]

    result = await pair.embeddings.embed(texts, purpose="document")

    assert result.vectors.shape == (4, pair.embeddings.space.dimensions)
    assert result.vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(result.vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(result.vectors[0], result.vectors[2])
    assert result.vectors[0] @ result.vectors[3] > result.vectors[0] @ result.vectors[1]


async def test_dimensions_can_be_asked_for(pair: Pair) -> None:
    """Fewer dimensions are unit vectors, too. The tokens are counted."""
    result = await pair.embeddings.embed_as(
        ["parental leave"], model="text-embedding-3-small", dimensions=256
    )

    assert result.vectors.shape == (1, 256)
    assert result.prompt_tokens
    assert np.linalg.norm(result.vectors[0]) == pytest.approx(1, abs=1e-5)


async def test_models_can_be_listed_and_the_check_passes(pair: Pair) -> None:
    """With what it needs, a provider is ready."""
    assert "gpt-4o-mini" in await pair.chat.models()
    await pair.chat.check()
    await pair.embeddings.check()


async def test_openais_names_are_answered_to(pair: Pair) -> None:
    """Clients name OpenAI's models whichever provider answers."""
    assert pair.chat.answers_to("gpt-4o-mini")
    assert pair.embeddings.answers_to("text-embedding-3-large")


async def test_closing_twice_is_harmless(pair: Pair) -> None:
    """A caller need not know who else closes it."""
    for _ in range(2):
        await pair.chat.close()
        await pair.embeddings.close()
