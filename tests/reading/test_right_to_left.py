"""Hebrew and Arabic in the order in which they are read."""

import pytest

from app.reading.right_to_left import (
    in_reading_order,
    logical_order,
    mend_ligatures,
    reads_right_to_left,
    straighten_lines,
    straighten_words,
)

ARABIC = (
    "سياسة الإجازات\nيحق للموظف اثنان وعشرون يوما من الإجازة في السنة.\nرقم الطلب TK-2041 والسعر 350 ريالا."
)
HEBREW = "נוהל חופשות\nעובד זכאי לעשרים ושניים ימי חופשה (בשנה).\nמספר TK-2041 של העובדים."


def backwards(text: str) -> str:
    """Return the text as programs store it that write letters from left to right."""
    lines = [line[::-1].translate(str.maketrans("()", ")(")) for line in text.split("\n")]
    return "\n".join(lines).replace("1402-KT", "TK-2041").replace("053", "350")


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_lines_that_are_stored_backwards_are_turned(text: str) -> None:
    """Numbers and words of other scripts among them stay as they are."""
    assert logical_order(backwards(text)) == text


@pytest.mark.parametrize("text", [ARABIC, HEBREW, "Plain English.", "", "12 (a) [b]"])
def test_lines_in_order_stay(text: str) -> None:
    """What is right is not touched."""
    assert logical_order(text) == text


def test_words_that_one_reading_has_backwards_are_straightened() -> None:
    """PDFium turns some Arabic words around; the parser swaps letters. Both together tell."""
    assert straighten_words("تغادر العبارة لك ةعاسلا", "تغارد العباةر كل الساعة") == "تغادر العبارة كل الساعة"


def test_each_script_is_judged_by_itself() -> None:
    """Hebrew in order says nothing of Arabic that is not; digits of Arabic stay in their order, too."""
    page = f"{HEBREW}\n{backwards(ARABIC)}\n.ةنسلا يف ٢٥ رعسلا"

    assert logical_order(page) == f"{HEBREW}\n{ARABIC}\nالسعر ٢٥ في السنة."


def test_single_lines_stand_as_another_reading_has_them() -> None:
    """In a page that is written from left to right for the most part."""
    page = "The price is shown below.\n.שקלים 25 הוא המחיר\nThank you."

    assert (
        straighten_lines(page, "המחיר הוא 25 שקלים.")
        == "The price is shown below.\nהמחיר הוא 25 שקלים.\nThank you."
    )


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        (".4.2 סעיף לפי (מלאה בשנה)", "(בשנה מלאה) לפי סעיף 4.2."),
        ("22-ל זכאי", "זכאי ל-22"),
        (".34-12-55 الهاتف", "الهاتف 55-12-34."),
        ("34-12-55 טלפון", "טלפון 34-12-55"),
        ("Microsoft Office של", "של Microsoft Office"),
        ("15% של", "של 15%"),
        ("قبل ،السنوية من(25) يوما", "يوما (25) من السنوية، قبل"),
    ],
)
def test_a_line_as_it_is_shown_is_read(shown: str, read: str) -> None:
    """From right to left, without turning numbers and other scripts; Arabic turns the parts of numbers with hyphens."""
    assert in_reading_order(shown) == read


def test_ligatures_as_another_reading_has_them() -> None:
    """A word that both orders can be is left as it is."""
    assert mend_ligatures("عالء في ساالنه", "علاء سالانه") == "علاء في سالانه"
    assert mend_ligatures("سالم", "سلام سالم") == "سالم"


def test_lines_with_long_words_of_other_scripts() -> None:
    """Words count, not letters."""
    assert reads_right_to_left("البريد office@example.organisation.int هنا")
    assert not reads_right_to_left("The word שלום means peace")
    assert not reads_right_to_left("12 + 30")
