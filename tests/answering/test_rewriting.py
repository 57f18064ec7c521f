"""Conversations to queries: by the model where there is one, by rule where there is none or it fails."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr, TypeAdapter

from app.answering.rewriting import ModelRewriter, PlainRewriter, without_courtesies
from app.providers.openai.chat import OpenAIChat
from app.providers.openai.connection import OpenAIConnection, UpstreamAddress
from app.wire.chat_messages import Message
from tests.fake_upstream import FakeUpstream

_MESSAGES: TypeAdapter[list[Message]] = TypeAdapter(list[Message])
CONVERSATION: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "How long is parental leave?"},
    {"role": "assistant", "content": "Nine months [1]."},
    {"role": "user", "content": "And for contractors?"},
]


@pytest.fixture
async def rewriter(upstream_url: str) -> AsyncIterator[ModelRewriter]:
    """A rewriter that asks the fake upstream."""
    connection = OpenAIConnection(UpstreamAddress(SecretStr("sk-good"), upstream_url))
    yield ModelRewriter(OpenAIChat(connection))
    await connection.close()


def messages(*turns: dict[str, Any]) -> list[Message]:
    return _MESSAGES.validate_python(list(turns) or CONVERSATION)


@pytest.mark.parametrize(
    ("asked", "bare"),
    [
        ("Could you please tell me how long leave lasts?", "how long leave lasts?"),
        ("Hello, I would like to know what ZX00007Q is, thanks!", "what ZX00007Q is"),
        ("Please show me the travel policy", "the travel policy"),
        ("What does 'thank you' mean in German?", "What does 'thank you' mean in German?"),
        ("Hi!", "Hi!"),
        ("Which hotel may be booked?", "Which hotel may be booked?"),
    ],
)
def test_courtesies_are_not_searched_for(asked: str, bare: str) -> None:
    """What only is polite goes; everything else stays to the letter."""
    assert without_courtesies(asked) == bare


async def test_by_rule_a_follow_up_brings_the_question_before() -> None:
    """No model is asked."""
    query = await PlainRewriter().rewrite(messages(), model="any")

    assert query == "How long is parental leave?\nAnd for contractors?"


async def test_the_model_reads_the_conversation(rewriter: ModelRewriter, upstream: FakeUpstream) -> None:
    """What users and assistants said, and no system message; the answer is the query, quotes taken off."""
    upstream.rewritten = '"parental leave\nof contractors"'

    query = await rewriter.rewrite(messages(), model="gpt-4o-mini")

    assert query == "parental leave of contractors"
    assert (await rewriter.rewrite_with_usage(messages(), model="gpt-4o-mini")).usage["total_tokens"] == 18
    _, transcript = upstream.requests[-1]["messages"]
    assert transcript["content"] == (
        "user: How long is parental leave?\n\nassistant: Nine months [1].\n\nuser: And for contractors?"
    )


@pytest.mark.parametrize(
    ("model", "rewritten"), [("gpt-500", "x"), ("gpt-4o-mini", "word " * 200), ("gpt-4o-mini", " ")]
)
async def test_a_model_that_fails_or_rambles_is_done_without(
    rewriter: ModelRewriter, upstream: FakeUpstream, model: str, rewritten: str
) -> None:
    """By rule, then."""
    upstream.rewritten = rewritten

    query = (await rewriter.rewrite_with_usage(messages(), model=model)).query

    assert query == "How long is parental leave?\nAnd for contractors?"


async def test_without_words_nothing_is_asked(rewriter: ModelRewriter, upstream: FakeUpstream) -> None:
    """A picture alone is no question that could be restated."""
    assert await rewriter.rewrite(messages({"role": "user", "content": " "}), model="gpt-4o-mini") == ""

    assert upstream.requests == []
