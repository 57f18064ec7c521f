"""Citations: quotes that stand in the chunk, and statements that do not."""

from app.answering.citations import find_quote, make_citations, statement_before
from app.answering.markers import Marker
from app.core.types import Snippet

CHUNK = "Parental leave lasts nine months. The first\nsix months are paid in full; the rest at 60 %."


def make_snippet(n: int, text: str) -> Snippet:
    return Snippet(n, f"chunk_{n}", f"file-{n}", "policy.pdf", text, 0, len(text), 0.9)


def test_a_quote_is_text_of_the_chunk() -> None:
    """The quote is as the chunk writes it, line breaks included, and verifies the statement."""
    quote, verified = find_quote("The FIRST six months are paid in full.", CHUNK)

    assert quote == "The first\nsix months are paid in full"
    assert verified


def test_a_statement_of_other_words_is_not_verified() -> None:
    """One shared word does not support a statement."""
    quote, verified = find_quote("Pensions of managers double every leap year.", CHUNK)

    assert quote in CHUNK
    assert not verified


def test_nothing_shared_gives_an_empty_quote() -> None:
    """Without a shared word there is nothing to quote."""
    assert find_quote("Quite unrelated!", CHUNK) == ("", False)
    assert find_quote("", CHUNK) == ("", False)


def test_scripts_without_spaces_are_compared_by_character() -> None:
    """Chinese statements are quoted, too."""
    quote, verified = find_quote("育儿假为九个月", "公司规定:育儿假为九个月,全薪。")

    assert quote == "育儿假为九个月"
    assert verified


def test_the_statement_is_the_sentence_before_the_marker() -> None:
    """Markers in a row belong to one sentence; the sentence before it does not."""
    text = "It is cold. Leave lasts nine months [1][2]."

    assert statement_before(text, text.index("[1]")) == "Leave lasts nine months"
    assert statement_before(text, text.index("[2]")) == "Leave lasts nine months"


def test_a_marker_behind_the_full_stop_belongs_to_the_sentence_it_follows() -> None:
    """Models put markers behind the full stop as well."""
    text = "It is cold. Leave lasts nine months. [1]"

    assert statement_before(text, text.index("[1]")) == "Leave lasts nine months."


def test_citations_carry_place_chunk_and_quote() -> None:
    """A citation ties the marker's place to its chunk."""
    text = "Nine months [1]."

    (citation,) = make_citations(text, [Marker(1, 12, 15)], {1: make_snippet(1, CHUNK)})

    assert (citation.start, citation.end, citation.chunk_id, citation.file_id) == (
        12,
        15,
        "chunk_1",
        "file-1",
    )
    assert citation.quote == "nine months"
    assert citation.verified
