"""Which candidates of a search are the best, and which chunks say what something is where a question asks that. Pure.

A document says what something is where it first speaks of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.core.asked import defines
from app.core.fusion import Fusion
from app.core.text import sentence_spans
from app.core.types import SearchMode
from app.db.candidates import SearchSpec
from app.db.chunk_search import Candidate, Candidates, ChunkKey, FoundChunk
from app.retrieval.ranking import Passage, Ranked, best_of, rank

# How many chunks at the beginnings of how many files are looked at, and how many of them are taken.
_OPENING = 60
_MOST_FILES = 2
_MOST = 2


@dataclass(frozen=True, slots=True)
class AskedSpec:
    """What is searched for one query, and the idf of all its words."""

    spec: SearchSpec
    idf_sum: float


class Asked:
    """A search of all queries: what is asked for, and how the candidates are put in order."""

    def __init__(self, asked: Sequence[AskedSpec], mode: SearchMode, fusion: Fusion, *, shown: int) -> None:
        self.specs = [one for one in asked if one.spec.semantic is not None or one.spec.lexical is not None]
        self.ranked: list[Ranked] = []
        self._mode = mode
        self._fusion = fusion
        self.shown = shown

    def choose(self, found: list[Candidates]) -> list[ChunkKey]:
        """Put the candidates of each spec in one order; return the best."""
        lists = [
            rank(candidates, mode=self._mode, fusion=self._fusion, idf_sum=asked.idf_sum, most=self.shown)
            for asked, candidates in zip(self.specs, found, strict=True)
        ]
        self.ranked = lists[0] if len(lists) == 1 else best_of(lists)
        self.ranked = self.ranked[: self.shown]
        return [entry.candidate.key for entry in self.ranked]


class Considered(NamedTuple):
    """The best candidates before the choice, in columns, because each search records them: ids, scores, those of both legs."""

    chunk_ids: Sequence[str | None] = ()
    scores: Sequence[float] = ()
    cosines: Sequence[float | None] = ()
    lexicals: Sequence[float | None] = ()


def considered(ranked: Sequence[Ranked], chunk_ids: Mapping[ChunkKey, str]) -> Considered:
    """Return the candidates, best first, as a record has them."""
    return Considered(
        [chunk_ids.get(entry.candidate.key) for entry in ranked],
        [entry.score for entry in ranked],
        [entry.candidate.cosine for entry in ranked],
        [entry.candidate.lexical for entry in ranked],
    )


def openings(passages: Sequence[Passage]) -> list[ChunkKey]:
    """Return the keys of the first chunks of the files that were found first."""
    files = list(dict.fromkeys(passage.found.candidate.key[:2] for passage in passages))[:_MOST_FILES]
    return [(*file, ordinal) for file in files for ordinal in range(_OPENING)]


def says_what_it_is(subject: str, chunks: Iterable[FoundChunk]) -> bool:
    """Whether one of the chunks defines the subject."""
    return any(_defines(subject, chunk) for chunk in chunks)


def with_definitions(
    passages: Sequence[Passage], subject: str, opening: Iterable[FoundChunk], *, limit: int
) -> list[Passage]:
    """Return the passages, the last ones replaced by the first chunks that define the subject."""
    known = {chunk.key for passage in passages for chunk in passage.chunks}
    defining = [chunk for chunk in sorted(opening, key=lambda chunk: chunk.key) if _defines(subject, chunk)]
    new = [chunk for chunk in defining[:_MOST] if chunk.key not in known][: max(0, limit - 1)]
    kept = list(passages[: limit - len(new)])
    # No leg has found them, so they have no scores of their own.
    return [*kept, *(Passage(Ranked(Candidate(chunk.key), kept[-1].found.score), (chunk,)) for chunk in new)]


def _defines(subject: str, chunk: FoundChunk) -> bool:
    text = " ".join(chunk.content.split())
    return any(defines(subject, text[start:end]) for start, end in sentence_spans(text))
