"""Chunks: exact offsets, whole sentences, borders kept."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.chunking import ChunkingRule, chunk_text

PROSE = " ".join(f"Sentence number {number} says something of interest." for number in range(60))


@given(st.text(alphabet="ab. \n#!?。字\t\"'é", max_size=400), st.integers(10, 80))
def test_chunks_are_exact_bounded_slices_that_miss_nothing(text: str, size: int) -> None:
    """Every chunk is text[start:end] within the size, in order, and only white space lies outside of all."""
    chunks = chunk_text(text, ChunkingRule(size, size // 3))

    outside = list(text)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert 0 < len(chunk.text) <= size
        outside[chunk.start : chunk.end] = " " * len(chunk.text)
    assert not "".join(outside).strip()
    assert [chunk.start for chunk in chunks] == sorted(chunk.start for chunk in chunks)


def test_chunks_end_with_sentences_and_share_one() -> None:
    """Prose is cut between sentences; the next chunk begins with the last sentence of the one before."""
    chunks = chunk_text(PROSE, ChunkingRule(300, 100))

    assert len(chunks) > 5
    assert all(chunk.text.endswith("interest.") for chunk in chunks)
    assert all(later.start < earlier.end for earlier, later in itertools.pairwise(chunks))


def test_without_overlap_nothing_is_repeated() -> None:
    """Overlap 0 makes chunks that only touch."""
    chunks = chunk_text(PROSE, ChunkingRule(300, 0))

    assert all(later.start >= earlier.end for earlier, later in itertools.pairwise(chunks))


def test_a_chunk_that_is_full_enough_closes_at_a_paragraph() -> None:
    """Paragraphs stay whole where the size allows."""
    paragraphs = [f"Paragraph {letter}. " + "It has words. " * 12 for letter in "ABC"]
    chunks = chunk_text("\n\n".join(paragraphs), ChunkingRule(300, 50))

    assert [chunk.text for chunk in chunks] == [paragraph.strip() for paragraph in paragraphs]


def test_headings_are_kept_as_a_path() -> None:
    """A chunk knows the headings above it, and they are embedded with it."""
    body = "It lasts nine months. " * 20
    text = f"# Leave\n\n{body}\n\n## Parental\n\n{body}\n\n# Pay\n\n{body}"

    chunks = chunk_text(text, ChunkingRule(250, 0))

    headings = list(dict.fromkeys(chunk.heading for chunk in chunks))
    assert headings == ["Leave", "Leave › Parental", "Pay"]
    assert any(chunk.embedded_text.startswith("Leave › Parental\n") for chunk in chunks)


def test_a_line_without_spaces_is_cut() -> None:
    """Text without sentence or word borders still makes bounded chunks."""
    chunks = chunk_text("x" * 5_000, ChunkingRule(800, 100))

    assert [len(chunk.text) for chunk in chunks] == [715, 715, 714, 714, 714, 714, 714]


def test_a_long_paragraph_is_divided_evenly() -> None:
    """What does not fit into one chunk leaves no short rest at its end."""
    paragraph = " ".join(f"Fact number {number:02} is told here." for number in range(32))

    chunks = chunk_text(paragraph, ChunkingRule(800, 0))

    assert [len(chunk.text) for chunk in chunks] == [463, 463]


def test_a_title_stands_above_every_chunk() -> None:
    """A text that begins with a short line of its own is embedded under it, far down as well."""
    body = "It lasts nine months. " * 40
    chunks = chunk_text(f"Parental leave\n\n{body}\n\n## Pay\n\n{body}", ChunkingRule(250, 0))

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
    assert {chunk.heading for chunk in chunk_text(text, ChunkingRule())} <= {None, "A heading"}
