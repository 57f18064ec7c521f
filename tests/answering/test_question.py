"""What a conversation asks last."""

import pytest
from pydantic import TypeAdapter

from app.answering.question import find_question
from app.wire.chat_messages import Message

_MESSAGES: TypeAdapter[list[Message]] = TypeAdapter(list[Message])


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
    turns = [{"role": "user", "content": text} for text in asked]
    messages = [
        turn for asked_turn in turns for turn in (asked_turn, {"role": "assistant", "content": "So."})
    ]

    found = find_question(_MESSAGES.validate_python(messages))

    assert found == (asked[-1] if question is None else question)
