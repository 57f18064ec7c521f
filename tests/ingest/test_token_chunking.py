"""Chunks by tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chunking import TokenRule
from app.core.text import count_tokens, split_tokens
from app.ingest.token_chunking import chunk_by_tokens


@given(st.text(max_size=200))
def test_tokens_joined_are_the_text(text: str) -> None:
    """Whatever the script, nothing is lost; there are as many pieces as tokens."""
    pieces = split_tokens(text)

    assert "".join(pieces) == text
    assert len(pieces) == count_tokens(text)


def test_windows_overlap_by_so_many_tokens() -> None:
    """Each chunk has the asked size and repeats the asked part of the one before."""
    text = " ".join(f"word{number}" for number in range(300))
    chunks = chunk_by_tokens(text, TokenRule(100, 40))

    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(count_tokens(chunk.text) <= 101 for chunk in chunks)
    assert count_tokens(text[chunks[1].start : chunks[0].end]) in range(39, 42)
    assert chunks[-1].end == len(text)


@pytest.mark.parametrize(("tokens", "chunks"), [(1, 1), (10, 1), (11, 2), (16, 2), (17, 3)])
def test_the_last_window_has_a_token_of_its_own(tokens: int, chunks: int) -> None:
    """A window that the one before it holds in full is not repeated."""
    text = " a" * tokens

    made = chunk_by_tokens(text, TokenRule(10, 4))

    assert len(made) == chunks
    assert made[-1].end == len(text)


@pytest.mark.parametrize("text", ["", " \n \n "])
def test_white_space_makes_no_chunk(text: str) -> None:
    """A chunk has something to read."""
    assert chunk_by_tokens(text, TokenRule(10, 4)) == []
