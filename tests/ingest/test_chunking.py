"""Chunks: exact offsets, whole sentences, borders kept."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chunking import SentenceRule
from app.ingest.chunking import Headings, chunk_text

PROSE = " ".join(f"Sentence number {number} says something of interest." for number in range(60))


@given(st.text(alphabet="ab. \n#!?。字\t\"'é", max_size=400), st.integers(10, 80))
def test_chunks_are_exact_bounded_slices_that_miss_nothing(text: str, size: int) -> None:
    """Every chunk is text[start:end] within the size, in order, and only white space lies outside of all."""
    chunks = chunk_text(text, SentenceRule(size, size // 3))

    outside = list(text)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert 0 < len(chunk.text) <= size
        outside[chunk.start : chunk.end] = " " * len(chunk.text)
    assert not "".join(outside).strip()
    assert [chunk.start for chunk in chunks] == sorted(chunk.start for chunk in chunks)


def test_chunks_end_with_sentences_and_share_one() -> None:
    """Prose is cut between sentences; the next chunk begins with the last sentence of the one before."""
    chunks = chunk_text(PROSE, SentenceRule(300, 100))

    assert len(chunks) > 5
    assert all(chunk.text.endswith("interest.") for chunk in chunks)
    assert all(later.start < earlier.end for earlier, later in itertools.pairwise(chunks))


def test_without_overlap_nothing_is_repeated() -> None:
    """Overlap 0 makes chunks that only touch."""
    chunks = chunk_text(PROSE, SentenceRule(300, 0))

    assert all(later.start >= earlier.end for earlier, later in itertools.pairwise(chunks))


def test_a_chunk_that_is_full_enough_closes_at_a_paragraph() -> None:
    """Paragraphs stay whole where the size allows."""
    paragraphs = [f"Paragraph {letter}. " + "It has words. " * 12 for letter in "ABC"]
    chunks = chunk_text("\n\n".join(paragraphs), SentenceRule(300, 50))

    assert [chunk.text for chunk in chunks] == [paragraph.strip() for paragraph in paragraphs]


def test_headings_are_kept_as_a_path() -> None:
    """A chunk knows the headings above it, and they are embedded with it."""
    body = "It lasts nine months. " * 20
    text = f"# Leave\n\n{body}\n\n## Parental\n\n{body}\n\n# Pay\n\n{body}"

    chunks = chunk_text(text, SentenceRule(250, 0))

    headings = list(dict.fromkeys(chunk.heading for chunk in chunks))
    assert headings == ["Leave", "Leave › Parental", "Pay"]
    assert any(chunk.embedded_text.startswith("Leave › Parental\n") for chunk in chunks)


def test_a_line_without_spaces_is_cut() -> None:
    """Text without sentence or word borders still makes bounded chunks."""
    chunks = chunk_text("x" * 5_000, SentenceRule(800, 100))

    assert [len(chunk.text) for chunk in chunks] == [715, 715, 714, 714, 714, 714, 714]


def test_a_long_paragraph_is_divided_evenly() -> None:
    """What does not fit into one chunk leaves no short rest at its end."""
    paragraph = " ".join(f"Fact number {number:02} is told here." for number in range(32))

    chunks = chunk_text(paragraph, SentenceRule(800, 0))

    assert [len(chunk.text) for chunk in chunks] == [463, 463]


def test_a_title_stands_above_every_chunk() -> None:
    """A text that begins with a short line of its own is embedded under it, far down as well."""
    body = "It lasts nine months. " * 40
    chunks = chunk_text(f"Parental leave\n\n{body}\n\n## Pay\n\n{body}", SentenceRule(250, 0))

    assert {chunk.heading for chunk in chunks} == {"Parental leave", "Parental leave › Pay"}
    assert all("Parental leave" in chunk.embedded_text for chunk in chunks)
    assert chunks[0].embedded_text.count("Parental leave") == 1


@pytest.mark.parametrize(
    "text",
    ["One line alone", "word " * 40 + "\n\nmore", "Two\nlines\n\nmore", "# A heading\n\nmore"],
    ids=["nothing after it", "too long", "several lines", "a heading"],
)
def test_not_every_beginning_is_a_title(text: str) -> None:
    """Only a short line with text below it is one; a heading is one already."""
    assert {chunk.heading for chunk in chunk_text(text, SentenceRule())} <= {None, "A heading"}


ROWS = [f"| E{4100 + number} | Person {number} | {number % 30} |" for number in range(60)]
TABLE = "\n".join(["| id | name | leave_days |", "| --- | --- | --- |", *ROWS])
HEADER = "| id | name | leave_days |\n| --- | --- | --- |"


def test_rows_stay_whole_and_know_their_header() -> None:
    """Each chunk of a table is made of whole rows, and its header goes with it."""
    chunks = chunk_text(f"# Staff\n\n{TABLE}\n\nAll counts are of May.", SentenceRule(300, 100))

    rows = [line for chunk in chunks for line in chunk.text.splitlines() if line in ROWS]
    assert rows == ROWS
    assert len(chunks) > 5
    assert all("leave_days" in chunk.embedded_text for chunk in chunks if "Person" in chunk.text)
    assert [chunk.table_header for chunk in chunks[1:-1]] == [HEADER] * (len(chunks) - 2)
    assert chunks[-1].text.endswith("All counts are of May.")


def test_the_header_never_stands_alone() -> None:
    """The first row stays with it, whatever came before."""
    chunks = chunk_text("Prose. " * 40 + "\n\n" + TABLE, SentenceRule(300, 0))

    with_header = next(chunk for chunk in chunks if "| id |" in chunk.text)
    assert ROWS[0] in with_header.text


def test_a_row_longer_than_a_chunk_stays_whole() -> None:
    """Only a row that no model would take is cut."""
    long = "| " + "word " * 100 + "|"
    endless = "| " + "word " * 2_000 + "|"
    chunks = chunk_text(f"{HEADER}\n{ROWS[0]}\n{long}\n{endless}", SentenceRule(200, 0))

    assert any(long in chunk.text for chunk in chunks)
    assert max(len(chunk.text) for chunk in chunks) < 700


def test_a_sentence_goes_on_over_soft_line_ends() -> None:
    """Wrapped prose is cut between sentences, not between lines."""
    sentence = "The contract between the town and the ferry\ncompany was signed on the twelfth of May and it\nsays so."
    chunks = chunk_text(" ".join([sentence] * 8), SentenceRule(250, 0))

    assert all(chunk.text.endswith("says so.") for chunk in chunks)


@pytest.mark.parametrize(
    "text",
    [
        "# Guide\nRead this.\n## Leave\n{}\n## Pay\n{}\n",
        "# Guide\n## Leave\n\n{}\n\n## Pay\n\n{}\n",
        "Guide\n=====\n\nLeave\n-----\n{}\n\nPay\n---\n\n{}\n",
    ],
    ids=["text right below", "a heading right below", "underlined"],
)
def test_headings_need_no_blank_line(text: str) -> None:
    """Most Markdown has none behind a heading."""
    body = " ".join(f"Staff may take item {number} home." for number in range(24))
    chunks = chunk_text(text.format(body, body), SentenceRule(400, 0))

    assert [chunk.heading for chunk in chunks if "item 23" in chunk.text] == ["Guide › Leave", "Guide › Pay"]
    assert [chunk.text.partition("\n")[0].lstrip("# ") for chunk in chunks if "item 0" in chunk.text] == [
        "Guide",
        "Pay",
    ]


NESTED = "## Install\n\n````md\n```\n# first\n```\n# second\n````\n\nThen restart it.\n"
LISTING = "## Install\n\n```sh\n# first\n\n# update\n\napt update\n```\n\nThen restart it.\n"


@pytest.mark.parametrize(
    ("text", "is_markdown", "heading"),
    [
        (LISTING, True, "Install"),
        (NESTED, True, "Install"),
        ("# Leave\nIt lasts.\n", True, "Leave"),
        (LISTING.replace("```", "~~~"), True, "Install"),
        ("## Install\n\n    # update\n\nThen restart it.\n", True, "Install"),
        ("## Install\n\n\t# update\n\nThen restart it.\n", True, "Install"),
        ("x = 1\n# the port\ny = 2\n\nz = 3\n", False, None),
        ("- one\n---\n\nThen two.\n", True, None),
        ("It is late.\n---\nThen two.\n", True, None),
        ("a\tb\n----\n1\t2\n", True, None),
    ],
    ids=[
        "comments in a listing",
        "a listing in another",
        "Markdown by its name",
        "a listing between tildes",
        "an indented line",
        "a line behind a tab",
        "a program",
        "an item",
        "a sentence",
        "a table",
    ],
)
def test_other_lines_are_no_headings(text: str, is_markdown: bool, heading: str | None) -> None:
    """Signs that mark headings elsewhere."""
    above = Headings.of(text, is_markdown=is_markdown)
    list(chunk_text(text, SentenceRule(), above=above))

    assert (str(above) or None) == heading


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[2.1.0](https://example.org/compare/v2.0...v2.1) (2024-05-02)", "2.1.0 (2024-05-02)"),
        ('<a id="pay"></a>Pay', "Pay"),
        ("Pay and leave {#pay}", "Pay and leave"),
        ("**Pay** and `rm *`", "Pay and `rm *`"),
        ("![](logo.png)", "![](logo.png)"),
        ("f(*args, **kwargs)", "f(*args, **kwargs)"),
        ("__init__.py", "__init__.py"),
    ],
)
def test_a_heading_is_kept_as_it_is_shown(written: str, shown: str) -> None:
    """Without anchors, addresses and stars. What is nothing but a picture stays."""
    above = Headings.of("", is_markdown=True)

    list(chunk_text(f"## {written}\n\nIt is monthly.\n", SentenceRule(), above=above))

    assert str(above) == shown


def test_a_table_without_bars_at_its_ends_keeps_its_header() -> None:
    """As Markdown allows. A row without any bar ends it."""
    rows = [f"P{number} | {number}0 l | 3 m" for number in range(12)]
    table = "\n".join(("Model | Flow | Head", "--- | :--: | ---", *rows))

    chunks = chunk_text(f"Pumps:\n{table}\nAll are red.\n\na\n--- | ---\n", SentenceRule(120, 0))

    assert {chunk.table_header for chunk in chunks if "P5" in chunk.text} == {
        "Model | Flow | Head\n--- | :--: | ---"
    }
    assert all(row in chunk.text for row, chunk in zip(rows[:1], chunks, strict=False))
    assert chunks[-1].table_header is None


def test_a_heading_closes_a_chunk_that_is_worth_it() -> None:
    """A quarter of a chunk stands alone, less goes with what follows the heading."""
    quarter, little = "It is so. " * 9, "It is so."

    apart = chunk_text(f"{quarter}\n\n# Pay\n\nPay is monthly.", SentenceRule(300, 0))
    together = chunk_text(f"{little}\n\n# Pay\n\nPay is monthly.", SentenceRule(300, 0))

    assert [chunk.text for chunk in apart] == [quarter.strip(), "# Pay\n\nPay is monthly."]
    assert len(together) == 1


@pytest.mark.parametrize(("text", "chunks"), [("Staff of May\n", ["Staff of May"]), ("\n", [])])
def test_a_table_of_lines_may_end_before_its_header(text: str, chunks: list[str]) -> None:
    """What stands above the header is text like any other."""
    made = chunk_text(text, SentenceRule(300, 0), above=Headings(lines_above_rows=1))

    assert [chunk.text for chunk in made] == chunks


def test_a_header_of_two_lines_goes_with_every_chunk() -> None:
    """The first names groups of columns."""
    rows = "\n".join(f"Team {number},{number},{number}" for number in range(40))
    above = Headings(lines_above_rows=0, header_height=2)

    chunks = chunk_text(f",2025,\nTeam,Q1,Q2\n{rows}", SentenceRule(200, 0), above=above)

    assert len(chunks) > 2
    assert {chunk.table_header for chunk in chunks[1:]} == {",2025,\nTeam,Q1,Q2"}


def test_rows_without_a_header_are_kept_whole() -> None:
    """No chunk has the first row above its own."""
    rows = [f"{number},Person {number},p{number}@example.org" for number in range(40)]

    chunks = chunk_text(
        "\n".join(rows), SentenceRule(200, 0), above=Headings(lines_above_rows=0, header_height=0)
    )

    assert "\n".join(chunk.text for chunk in chunks).splitlines() == rows
    assert not any(chunk.table_header for chunk in chunks)


def test_the_end_of_a_cut_row_is_no_chunk_when_it_is_blank() -> None:
    """A line of a CSV file may end in spaces."""
    above = Headings(table_header="id", lines_above_rows=0)

    chunks = chunk_text("x" * 20 + " ", SentenceRule(2, 0), above=above)

    assert "".join(chunk.text for chunk in chunks) == "x" * 20
    assert all(chunk.text for chunk in chunks)
