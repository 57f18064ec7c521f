"""Chunks of a text on disk, window by window: the same as of the whole, wherever the windows end."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.chunking import ChunkingRule, SentenceRule, TokenRule
from app.ingest.chunk_stream import stream_chunks
from app.ingest.extract import ExtractedText
from app.reading.pages import PageSpan

SENTENCES = SentenceRule(200, 40)
TOKENS = TokenRule(100, 30)
TEXT = "\n\n".join(
    f"# Section {number}\n\n" + " ".join(f"Sentence {line} of section {number}." for line in range(30))
    for number in range(20)
)


def written(folder: Path, text: str, *pages: PageSpan) -> ExtractedText:
    path = folder / "text"
    path.write_text(text, encoding="utf-8", newline="")
    return ExtractedText(path, len(text), pages)


@pytest.mark.parametrize("chunking", [SENTENCES, TOKENS])
@pytest.mark.parametrize("window", [1_000, 3_333, 1_000_000])
def test_small_windows_miss_nothing(tmp_path: Path, chunking: ChunkingRule, window: int) -> None:
    """Every chunk is the text at its offsets, in order; only white space lies outside of all."""
    chunks = list(stream_chunks(written(tmp_path, TEXT), chunking, window=window))

    outside = list(TEXT)
    for chunk in chunks:
        assert TEXT[chunk.start : chunk.end] == chunk.text
        outside[chunk.start : chunk.end] = " " * len(chunk.text)
    assert not "".join(outside).strip()
    assert [chunk.start for chunk in chunks] == sorted(chunk.start for chunk in chunks)


def test_token_chunks_do_not_depend_on_the_windows(tmp_path: Path) -> None:
    """The chunks of small windows are those of one."""
    text = written(tmp_path, TEXT)

    assert list(stream_chunks(text, TOKENS, window=2_000)) == list(stream_chunks(text, TOKENS))


def test_headings_reach_across_windows(tmp_path: Path) -> None:
    """A chunk knows the heading above it, even one that stands in an earlier window."""
    text = "# Leave\n\n" + "It lasts nine months. " * 200
    chunks = list(stream_chunks(written(tmp_path, text), SENTENCES, window=500))

    assert {chunk.heading for chunk in chunks} == {"Leave"}


@pytest.mark.parametrize("chunking", [SENTENCES, TOKENS])
def test_chunks_know_their_page(tmp_path: Path, chunking: ChunkingRule) -> None:
    """By sentences no chunk spans two pages; by tokens it is the page where the chunk begins."""
    first, second = "Page one has text. " * 40, "Page two has more. " * 40
    pages = (PageSpan(1, 0, len(first)), PageSpan(2, len(first) + 2, len(first) + 2 + len(second)))

    chunks = list(stream_chunks(written(tmp_path, f"{first}\n\n{second}", *pages), chunking))

    assert {chunk.page for chunk in chunks} == {1, 2}
    assert all(chunk.page == (1 if chunk.start < len(first) else 2) for chunk in chunks)
    crossing = [chunk for chunk in chunks if chunk.start < len(first) < chunk.end - 2]
    assert {chunk.page_end for chunk in crossing} == ({2} if chunking is TOKENS else set())
    assert all(chunk.page_end is None for chunk in chunks if chunk not in crossing)


def test_one_endless_line_is_cut(tmp_path: Path) -> None:
    """Windows without any border still make bounded chunks."""
    chunks = list(stream_chunks(written(tmp_path, "x" * 5_000), SENTENCES, window=700))

    assert all(0 < len(chunk.text) <= 200 for chunk in chunks)
    assert sum(len(chunk.text) for chunk in chunks) == 5_000


def test_a_table_goes_on_in_the_next_window(tmp_path: Path) -> None:
    """Its header reaches rows that a later window holds."""
    rows = [f"| E{number} | Person {number} |" for number in range(300)]
    table = "\n".join(["| id | name |", "| --- | --- |", *rows])

    chunks = list(stream_chunks(written(tmp_path, table), SENTENCES, window=1_000))

    assert [line for chunk in chunks for line in chunk.text.splitlines()][2:] == rows
    assert all(chunk.table_header == "| id | name |\n| --- | --- |" for chunk in chunks[1:])


@pytest.mark.parametrize("window", [500, 1_000_000])
def test_rows_of_a_csv_file_know_their_header(tmp_path: Path, window: int) -> None:
    """The lines above the header are text of their own."""
    rows = [f"E{number},Person {number}" for number in range(100)]
    text = written(tmp_path, "\n".join(["Staff of May", "id,name", *rows]))

    chunks = list(stream_chunks(replace(text, header_line=1), SENTENCES, window=window))

    assert [line for chunk in chunks for line in chunk.text.splitlines()][2:] == rows
    assert {chunk.table_header for chunk in chunks if "Staff" not in chunk.text} == {"id,name"}


def test_a_sentence_crosses_a_page(tmp_path: Path) -> None:
    """The chunk has the page that it begins on, and the one that it ends on."""
    first, second = "The fare for a child", "shall never be more than four crowns."
    pages = (PageSpan(1, 0, len(first)), PageSpan(2, len(first) + 1, len(first) + 1 + len(second)))

    chunk, *others = stream_chunks(written(tmp_path, f"{first}\n{second}", *pages), SENTENCES)

    assert (chunk.page, chunk.page_end, others) == (1, 2, [])
    assert chunk.text.endswith("four crowns.")


def test_an_empty_page_makes_no_chunk(tmp_path: Path) -> None:
    """The last page of a document may hold nothing."""
    text = "Page one has text."
    pages = (PageSpan(1, 0, len(text)), PageSpan(2, len(text), len(text)))

    chunks = list(stream_chunks(written(tmp_path, text, *pages), SENTENCES))

    assert [(chunk.text, chunk.page) for chunk in chunks] == [(text, 1)]


@pytest.mark.parametrize("text", ["", "x" * 1_400, "It is so. " * 140])
def test_a_text_may_end_with_its_window(tmp_path: Path, text: str) -> None:
    """Nothing is lost or added when the last window is full, or when there is none."""
    chunks = list(stream_chunks(written(tmp_path, text), SentenceRule(200, 0), window=700))

    assert "".join(chunk.text for chunk in chunks).replace(" ", "") == text.replace(" ", "")
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
