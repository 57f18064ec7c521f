"""What a conversation asks last."""

import pytest

from app.core.answers import Turn
from app.searching.question import find_question


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
