"""Files by name: whatever stands between the words, in the plural, in other scripts."""

import pytest

from app.core.names import find_named, fold, is_meant, name_words, named_share, without_name

_NAMES = ["travel-policy.txt", "employee_handbook_2026.pdf", "Jane-Morrow.md", "memo-1.txt", "memo-2.txt", "報告書.txt", "Übersicht.docx", "TK2041.pdf"]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Summarise travel-policy.txt", ["travel-policy.txt"]),
        ("Summarise the travel policies", ["travel-policy.txt"]),
        ("the handbook", ["employee_handbook_2026.pdf"]),
        ("What is Jane Morrow's number?", ["Jane-Morrow.md"]),
        ("the memos", ["memo-1.txt", "memo-2.txt"]),
        ("memo 2", ["memo-2.txt"]),
        ("報告書を要約して", ["報告書.txt"]),
        ("die Ubersicht", ["Übersicht.docx"]),
        ("summarise travelpolicy.doc", ["travel-policy.txt"]),
        ("Compare TK 2041 and Memo1", ["TK2041.pdf"]),
        ("the canteen", []),
    ],
)
def test_the_names_that_a_question_means(question: str, named: list[str]) -> None:
    """Whole names first, else those of which most is said."""
    assert find_named(question, _NAMES, certain=False) == named


def test_a_part_is_not_enough_where_it_must_be_certain() -> None:
    """All of a name's words are."""
    assert find_named("the handbook", _NAMES, certain=True) == []
    assert find_named("the travel policy", _NAMES, certain=True) == ["travel-policy.txt"]


def test_one_word_may_be_chance() -> None:
    """Several words of a name, or the name with its suffix, are not."""
    assert is_meant("Tove-Berg.md", fold("the number of Tove Berg"))
    assert is_meant("travel.txt", fold("what does travel.txt say?"))
    assert not is_meant("travel.txt", fold("what does travel cost?"))
    assert not is_meant("report-2025.txt", fold("the report of 2025"))


def test_numbers_and_versions_need_not_be_said() -> None:
    """But tell which of two is meant."""
    question = fold("What is the total of the Acme invoice of 2025?")

    assert is_meant("employee_handbook_2026_final.pdf", fold("the employee handbook"))
    assert is_meant("acme-invoice-2024.pdf", question)
    assert named_share("acme-invoice-2025.pdf", question) > named_share("acme-invoice-2024.pdf", question)


def test_words_of_names() -> None:
    """Capitals within a word part it; the name's words can be taken out of a question."""
    assert name_words("TravelPolicyV2_final.PDF") == ("travel", "policy", "v2", "final")
    assert (
        without_name("What is the phone number of Tove Berg?", "Tove-Berg.md")
        == "what is the phone number of"
    )
