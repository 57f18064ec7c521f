"""Which ends of lines are soft."""

import pytest

from app.core.lines import soft_line_ends

PROSE = """The contract between the town and the ferry company was
signed on 12 May and it says that the fare for a child
shall never be more than four crowns in any season.
Dogs travel free."""
GERMAN = """Die Gesellschaft betreibt die Fähre und beschließt jedes Jahr in der
Versammlung der Mitglieder über den Preis der Karten und über die
Bezahlung."""
LIST = "Wear gloves at all times\nReport spills to Ann\nLock the gate at nine"
ROWS = "| Part | Stock |\n| --- | --- |\n| Bolt | 1200 |"
NUMBERED = (
    "1. The tenant pays nine hundred crowns each month\n2. The landlord heats\n3. either side may end it"
)
QUOTED = "> When does the lathe arrive at the gate of the yard\n> we thought on the twelfth"
CHINESE = "港口办公室保存系泊登记册每艘超过九米的船\n只必须报告其吃水"


@pytest.mark.parametrize(
    ("text", "soft"),
    [
        (PROSE, [True, True, False]),
        (GERMAN, [True, True]),
        (LIST, [False, False]),
        (ROWS, [False, False]),
        (NUMBERED, [False, False]),
        (QUOTED, [False]),
        (CHINESE, [True]),
        ("one line", []),
    ],
)
def test_a_sentence_goes_on_where_the_next_word_did_not_fit(text: str, soft: list[bool]) -> None:
    """Wrapped prose has soft ends; items, rows and short lines have not."""
    ends = [place for place, letter in enumerate(text) if letter == "\n"]

    found = soft_line_ends(text, 0, len(text))

    assert [place in found for place in ends] == soft
