"""Markers to citations: which words of the statement stand in the cited chunk. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.answering.markers import Marker
from app.core.types import Citation, Snippet

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_STATEMENT_END = re.compile(r"[.!?…]+[\"'”’)]*\s+|[。！？]|\n|\[\d{1,3}\]")
_LONGEST_STATEMENT = 600

# Enough of a statement stands in the chunk: a run of so many of its words, or of such a share of them.
_VERIFIED_WORDS = 4
_VERIFIED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int


def make_citations(
    text: str, markers: Sequence[Marker], snippets: Mapping[int, Snippet]
) -> tuple[Citation, ...]:
    """Return a citation for each marker of the delivered text, with its quote and whether that verifies it."""
    citations = []
    for marker in markers:
        snippet = snippets[marker.n]
        quote, verified = find_quote(statement_before(text, marker.start), snippet.text)
        citations.append(
            Citation(
                n=marker.n,
                start=marker.start,
                end=marker.end,
                chunk_id=snippet.chunk_id,
                file_id=snippet.file_id,
                quote=quote,
                verified=verified,
                also_in=snippet.also_in,
            )
        )
    return tuple(citations)


def statement_before(text: str, position: int) -> str:
    """Return the sentence that ends at `position`; markers that stand right before it belong to the same one."""
    before = re.sub(r"(?:\s*\[\d{1,3}\])+\s*$", "", text[max(0, position - _LONGEST_STATEMENT) : position])
    before = before.rstrip()
    ends = [end.end() for end in _STATEMENT_END.finditer(before.rstrip(".!?…。！？"))]
    return before[ends[-1] :] if ends else before


def find_quote(statement: str, chunk: str) -> tuple[str, bool]:
    """Return the longest run of the statement's words that stands in the chunk, as the chunk writes it."""
    said, stored = _words(statement), _words(chunk)
    if not said or not stored:
        return "", False

    matcher = SequenceMatcher(
        None, [word.folded for word in said], [word.folded for word in stored], autojunk=False
    )
    run = matcher.find_longest_match()
    if run.size == 0:
        return "", False

    quote = chunk[stored[run.b].start : stored[run.b + run.size - 1].end]
    verified = run.size >= _VERIFIED_WORDS or run.size / len(said) >= _VERIFIED_SHARE
    return quote, verified


def _words(text: str) -> list[_Word]:
    """Return the words of a text; scripts without spaces count by the character."""
    words = []
    for found in _WORD.finditer(text):
        if _WIDE.search(found[0]):
            words += [
                _Word(character.casefold(), found.start() + offset, found.start() + offset + 1)
                for offset, character in enumerate(found[0])
            ]
        else:
            words.append(_Word(found[0].casefold(), found.start(), found.end()))
    return words
