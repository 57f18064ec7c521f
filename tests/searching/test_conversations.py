"""Searches for the last question of a conversation: in the documents, or for the documents themselves."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.core.answers import Turn
from app.providers.openai.address import UpstreamAddress
from app.providers.openai.chat import OpenAIChat
from app.providers.openai.connection import OpenAIConnection
from app.searching.conversations import ModelRewriter, PlainRewriter, find_question, without_courtesies
from tests.fake_upstream import FakeUpstream


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        (["How long is parental leave?"], "How long is parental leave?"),
        (["How long is leave?", "And for contractors?"], "How long is leave?\nAnd for contractors?"),
        (["How long is leave?", "And what do people get who work for us on contract?"], None),
        (["How long is leave?", "Which hotel may be booked on a trip to Lisbon?"], None),
        (["产假有多长时间?", "合同工呢?"], "产假有多长时间?\n合同工呢?"),
        ([" "], ""),
        ([], ""),
    ],
)
def test_a_question_that_goes_on_brings_the_one_before(asked: list[str], question: str | None) -> None:
    """Short ones, and those that begin with a connective; a full question stands by itself."""
    conversation = [turn for text in asked for turn in (Turn("user", text), Turn("assistant", "So."))]

    found = find_question(conversation)

    assert found == (asked[-1] if question is None else question)


CONVERSATION = (
    Turn("user", "How long is parental leave?"),
    Turn("assistant", "Nine months [1]."),
    Turn("user", "And for contractors?"),
)


@pytest.fixture
async def rewriter(upstream_url: str) -> AsyncIterator[ModelRewriter]:
    """A rewriter that asks the fake upstream."""
    connection = OpenAIConnection(UpstreamAddress(SecretStr("sk-good"), upstream_url))
    yield ModelRewriter(OpenAIChat(connection))
    await connection.close()


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
    written = await PlainRewriter().rewrite(CONVERSATION, model="any")

    assert written.query == "How long is parental leave?\nAnd for contractors?"


async def test_the_model_reads_the_conversation(rewriter: ModelRewriter, upstream: FakeUpstream) -> None:
    """What users and assistants said; the answer is the query, quotes taken off."""
    upstream.rewritten = '"parental leave\nof contractors"'

    written = await rewriter.rewrite(CONVERSATION, model="gpt-4o-mini")

    assert written.query == "parental leave of contractors"
    assert written.usage["total_tokens"] == 18
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

    query = (await rewriter.rewrite(CONVERSATION, model=model)).query

    assert query == "How long is parental leave?\nAnd for contractors?"


async def test_without_words_nothing_is_asked(rewriter: ModelRewriter, upstream: FakeUpstream) -> None:
    """A picture alone is no question that could be restated."""
    assert (await rewriter.rewrite([Turn("user", " ")], model="gpt-4o-mini")).query == ""

    assert upstream.requests == []
