"""Rows of tables in the offline answer: each alone, with the names of its columns."""

from app.core.types import Snippet
from app.providers.fallback.quotes import best_quotes
from app.providers.fallback.tables import rows_with_headers

TABLE = """| employee_id | name | remaining_leave_days |
| --- | --- | --- |
| E4106 | Ada Okoro | 12 |
| E4107 | Iris Sato | 3 |"""


def quoted(question: str, text: str) -> list[str]:
    snippet = Snippet(1, "chunk_1", "file-1", "staff.csv", text, 0, len(text), 0.9)
    return [quote.text for quote in best_quotes(question, [snippet])]


def test_a_row_is_quoted_with_its_columns() -> None:
    """The one row that answers, and no other."""
    (row,) = quoted("How many remaining leave days does Iris Sato have?", TABLE)

    assert row == "employee_id: E4107 · name: Iris Sato · remaining_leave_days: 3"


def test_headers_and_rules_are_no_rows() -> None:
    """A row that stands alone is left as it is, and empty cells are left out."""
    assert rows_with_headers(["| a |", "text"]) == ["| a |", "text"]
    assert rows_with_headers(["| a | b |", "|---|---|", "| 1 |  |"]) == ["", "", "- a: 1"]


def test_a_header_of_two_rows() -> None:
    """Values have the names of both, in Markdown and in lines as of a CSV file."""
    rows = [["Region", "2024", "", "2025"], ["", "Q1", "Q2", "Q1"], ["North", "120", "130", "140"]]
    row = "- Region: North · 2024 Q1: 120 · 2024 Q2: 130 · 2025 Q1: 140"
    table = [f"| {' | '.join(cells)} |" for cells in rows]

    assert rows_with_headers([",".join(cells) for cells in rows]) == ["", "", row]
    assert rows_with_headers([table[0], "|---|---|---|---|", *table[1:]]) == ["", "", "", row]


def test_what_is_replied_to_answers_only_if_nothing_else_does() -> None:
    """Quoted lines of an e-mail are another's words."""
    mail = "The lathe arrives on 19 March.\n\n> When does the lathe arrive?\n> The lathe arrives on 3 March."

    assert quoted("When does the lathe arrive?", mail) == ["The lathe arrives on 19 March."]
    assert quoted("When does the lathe arrive?", "Thanks!\n\n> The lathe arrives on 3 March.") == [
        "The lathe arrives on 3 March."
    ]


def test_words_are_found_in_their_other_forms() -> None:
    """Singular and plural, and cases, in the language of the text."""
    assert quoted("bicycle", "Bicycles are stored in the shed. Licences hang in the porch.") == [
        "Bicycles are stored in the shed."
    ]
    assert quoted("руководители", "Заявление подаётся руководителю. Сотрудник ждёт ответа.") == [
        "Заявление подаётся руководителю."
    ]


def test_a_sentence_goes_on_behind_a_soft_line_end() -> None:
    """Lines that were wrapped are one sentence."""
    wrapped = "The lathe arrives in the north hall on the\n19th of March and is set up at once."

    assert quoted("When does the lathe arrive?", wrapped) == [wrapped.replace("\n", " ")]
