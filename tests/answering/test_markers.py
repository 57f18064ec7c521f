"""Markers in flowing text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.markers import MarkerScanner, without_markers


def scan(text: str, *, size: int = 1000, known: tuple[int, ...] = (1, 2, 3)) -> MarkerScanner:
    scanner = MarkerScanner(known)
    out = [scanner.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join([*out, scanner.finish()]) == scanner.text
    return scanner


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_markers_are_found_whatever_the_pieces(size: int) -> None:
    """A marker that arrives in pieces is the same marker at the same place."""
    scanner = scan("Nine months [1]. Paid [2][3].", size=size)

    assert scanner.text == "Nine months [1]. Paid [2][3]."
    assert [(marker.n, marker.chunk, marker.start, marker.end) for marker in scanner.markers] == [
        (1, 1, 12, 15),
        (2, 2, 22, 25),
        (3, 3, 25, 28),
    ]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_footnotes_are_numbered_by_first_citation(size: int) -> None:
    """The third snippet, cited first, is footnote 1; cited again it keeps its number."""
    scanner = scan("Late [3]. Early [1]. Late again [3]. Both [1][2].", size=size)

    assert scanner.text == "Late [1]. Early [2]. Late again [1]. Both [2][3]."
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [
        (1, 3),
        (2, 1),
        (1, 3),
        (2, 1),
        (3, 2),
    ]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("written", "delivered"),
    [
        ("So it is [3, 1].", "So it is [1][2]."),
        ("So it is [3;1].", "So it is [1][2]."),
        ("So it is [1-3].", "So it is [1][2][3]."),
        ("So it is [1–2, 3].", "So it is [1][2][3]."),
        ("So it is [1, 1].", "So it is [1]."),
        ("So it is【3】.", "So it is[1]."),
        ("So it is 【3†source】.", "So it is [1]."),
        ("So it is【3:0†leave.pdf】.", "So it is[1]."),
        ("So it is [3†source].", "So it is [1]."),
        ("So it is [^3].", "So it is [1]."),
        ("So it is [Source 3].", "So it is [1]."),
        ("So it is [source: 3].", "So it is [1]."),
        ("So it is [doc3].", "So it is [1]."),
        ("**So it is [3].**", "**So it is [1].**"),
        ("So **it** is **[3]**.", "So **it** is **[1]**."),
        ("So it is (3).", "So it is [1]."),
        ("So it is (3, 1)\nAnd on.", "So it is [1][2]\nAnd on."),
        ("So it is (3)", "So it is [1]"),
        ("| leave | nine [3] |", "| leave | nine [1] |"),
        ("所以如此【3】。", "所以如此[1]。"),
        ("So it is 【9】.", "So it is."),
        ("So it is [9†source].", "So it is."),
        ("So it is [7-9].", "So it is."),
    ],
)
def test_markers_of_every_form_are_mapped(written: str, delivered: str, size: int) -> None:
    """Whatever the model writes comes out as [n], or is taken out when it names no snippet."""
    assert scan(written, size=size).text == delivered


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_unknown_markers_go_with_the_space_before_them(size: int) -> None:
    """A marker that names no snippet is taken out and counted."""
    scanner = scan("It is so [9]. And so [1].", size=size)

    assert scanner.text == "It is so. And so [1]."
    assert scanner.removed == 1
    assert scanner.text[scanner.markers[0].start : scanner.markers[0].end] == "[1]"


@pytest.mark.parametrize("size", [1, 1000])
def test_lists_of_numbers_become_single_markers(size: int) -> None:
    """[1, 2, 9] is written as the markers that are known."""
    scanner = scan("Both say it [1, 2, 9].", size=size)

    assert scanner.text == "Both say it [1][2]."
    assert scanner.removed == 1


@pytest.mark.parametrize(
    "text",
    [
        "an array `x[9]` in code",
        "```python\nx = [9]\ny = a[9]\n```\n",
        "a [link](https://example.org) and [9](https://example.org)",
        "in the year [2024]",
        "[text] and [ 9 and [a1]",
        "unfinished [1",
        "trailing space   ",
        "see step (1). Then (2) is done, (3) too",
        "(1) first\n(2) second",
        "in (9).",
        "f(1) = 2, f(2).",
        "see step (1).",
        "[Figure 1] and [source] and 【note】",
        "[1]: https://example.org",
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_other_brackets_stay_as_they_are(text: str, size: int) -> None:
    """Code, links, years and unfinished brackets are no markers."""
    scanner = scan(text, size=size)

    assert scanner.text == text
    assert scanner.markers == []
    assert scanner.removed == 0


def test_earlier_answers_lose_their_markers() -> None:
    """Their numbers belong to another search; code keeps its brackets."""
    assert without_markers("Nine months [1][2]. `a[1]` stays [3].") == "Nine months. `a[1]` stays."


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_lone_backtick_ends_with_its_paragraph(size: int) -> None:
    """What stands before the break is code still, whatever the pieces; what stands behind it is prose."""
    scanner = scan("a ` b[1]\n\nSo it is [2].", size=size)

    assert scanner.text == "a ` b[1]\n\nSo it is [1]."
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [(1, 2)]


_CODE = st.lists(st.sampled_from(["```", "`", "\n\n", "[1]", " a", "(2)."]), max_size=12).map("".join)


@given(st.one_of(st.text(alphabet="a [1]92,`\n(:)é字 【】†-.^", max_size=60), _CODE), st.integers(1, 7))
def test_pieces_never_change_the_outcome(text: str, size: int) -> None:
    """Whole or in pieces, the delivered text, the markers and the count are the same."""
    whole, pieces = scan(text), scan(text, size=size)

    assert pieces.text == whole.text
    assert pieces.markers == whole.markers
    assert pieces.removed == whole.removed
    for marker in whole.markers:
        assert whole.text[marker.start : marker.end] == f"[{marker.n}]"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_backticks_within_a_block_of_code_are_code(size: int) -> None:
    """Only the fence that opened the block closes it."""
    scanner = scan("```\na ` b[1]\n``` So it is [2].", size=size)

    assert scanner.text == "```\na ` b[1]\n``` So it is [1]."


def test_markers_of_documents_keep_the_snippets_numbers() -> None:
    """Azure's clients find a document by the number in its marker."""
    scanner = MarkerScanner((1, 3), style="documents")

    assert scanner.feed("Paid [3][1]. ") + scanner.finish() == "Paid [doc3][doc1]. "
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [(3, 3), (1, 1)]
