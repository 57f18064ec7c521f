"""From candidates to what a reader gets: one order for both legs, files that are named first, passages, snippets. Pure.

A repeated text is shown once, what touches is joined, neighbours are added, all within a budget of tokens.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from app.core.asked import fold, is_meant, may_be_named, name_words, named_share, says_all
from app.core.fusion import SCORE_DIGITS, Fusion, FusionMethod
from app.core.permissions import Place
from app.core.text import count_tokens, space_between, split_tokens
from app.core.types import SameText, SearchMode, Snippet
from app.db.chunk_search import Candidate, Candidates, ChunkKey, FoundChunk

_Scores: TypeAlias = NDArray[np.float64]

# Reciprocal rank fusion's constant: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
_RRF_K = 60
# The weight of a lexeme that occurs once in a chunk of average length: BM25's 1 / (1 + k1) at k1 = 1.2.
_SAID_ONCE = 1 / 2.2


class Ranked(NamedTuple):
    """A candidate with its score: falling along the list, 0..1."""

    candidate: Candidate
    score: float


class _Legs(NamedTuple):
    """What each leg says of all candidates, 0 where it says nothing, and the keys of the best."""

    keys: Sequence[ChunkKey]
    cosines: _Scores
    lexicals: _Scores


def rank(
    found: Candidates,
    *,
    mode: SearchMode,
    fusion: Fusion,
    idf_sum: float,
    most: int | None = None,
) -> list[Ranked]:
    """Return the candidates best first, all whose keys are known or as many as `most` says.

    The score of semantic search is the cosine similarity; of lexical search the part of the query's idf (`idf_sum`) that
    the chunk holds. Of both it is the fused score, scaled so that the best chunk has the mean of the two: whatever
    is searched for, a score near 1 is a match and one near 0 is none.
    """
    if not found.best:
        return []
    keys, cosines, lexicals = zip(*found.best, strict=True)
    legs = _Legs(keys, _numbers(cosines, found.other_cosines), _numbers(lexicals, found.other_lexicals))
    # Scores next to nothing overflow when they are divided; what comes of it is cut at 1.
    with np.errstate(over="ignore"):
        scores = np.round(_scores(legs, mode=mode, fusion=fusion, idf_sum=idf_sum), SCORE_DIGITS)[: len(keys)]
    if bool((scores[1:] < scores[:-1]).all()):
        # They came in this order.
        return list(map(Ranked, found.best, scores.tolist()))[:most]
    return in_order(map(Ranked, found.best, scores.tolist()))[:most]


def _numbers(scores: Iterable[float | None], others: Sequence[float]) -> _Scores:
    return np.array([*(score or 0.0 for score in scores), *others])


def _scores(legs: _Legs, *, mode: SearchMode, fusion: Fusion, idf_sum: float) -> _Scores:
    match mode:
        case "semantic":
            return _semantic_scores(legs)
        case "lexical":
            return _lexical_scores(legs, idf_sum)
        case "hybrid":
            return _hybrid(legs, fusion, idf_sum)
        case _:
            assert_never(mode)


def best_of(lists: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    """Return the candidates of several queries as one list, each with its best score."""
    best: dict[ChunkKey, Ranked] = {}
    for ranked in (entry for entries in lists for entry in entries):
        known = best.get(ranked.candidate.key)
        if known is None or ranked.score > known.score:
            best[ranked.candidate.key] = ranked
    return in_order(best.values())


def in_order(entries: Iterable[Ranked]) -> list[Ranked]:
    """Return candidates by falling score; of equal scores the newer file's comes first."""
    return sorted(entries, key=_place)


def _place(entry: Ranked) -> tuple[float, int, int, int]:
    store, file, ordinal = entry.candidate.key
    return -entry.score, store, -file, ordinal


def _semantic_scores(legs: _Legs) -> _Scores:
    return np.minimum(np.maximum(legs.cosines, 0.0), 1.0)


def _lexical_scores(legs: _Legs, idf_sum: float) -> _Scores:
    most = idf_sum * _SAID_ONCE
    return np.minimum(legs.lexicals / most, 1.0) if most > 0 else np.zeros(len(legs.lexicals))


def _hybrid(legs: _Legs, fusion: Fusion, idf_sum: float) -> _Scores:
    normalise = _NORMALISERS[fusion.method]
    of_lexical, of_semantic = normalise(legs.lexicals, legs.keys), normalise(legs.cosines, legs.keys)
    weight = fusion.lexical_weight
    fused = weight * of_lexical + (1 - weight) * of_semantic
    shown = weight * _lexical_scores(legs, idf_sum) + (1 - weight) * _semantic_scores(legs)
    return float(shown.max()) * _min_max(fused, floor=min(0.0, float(fused.min())))


def _min_max(scores: _Scores, _keys: Sequence[ChunkKey] = (), *, floor: float | None = None) -> _Scores:
    low = float(scores.min()) if floor is None else floor
    spread = float(scores.max()) - low
    return (scores - low) / spread if spread > 0 else np.ones(len(scores))


def _z_score(scores: _Scores, _keys: Sequence[ChunkKey]) -> _Scores:
    deviation = float(scores.std())
    return (
        (scores - float(scores.mean())) / deviation
        if _differ(scores) and deviation > 0
        else np.zeros(len(scores))
    )


def _differ(scores: _Scores) -> bool:
    # The deviation of equal scores is not quite nothing.
    return bool(scores.min() < scores.max())


def _reciprocal_rank(scores: _Scores, keys: Sequence[ChunkKey]) -> _Scores:
    listed = scores.tolist()
    places = [place for place, score in enumerate(listed) if score > 0]
    places.sort(key=lambda place: (-listed[place], keys[place]))
    ranks = np.zeros(len(scores))
    ranks[places] = 1 / (_RRF_K + np.arange(1, len(places) + 1))
    return ranks


_NORMALISERS: Mapping[FusionMethod, Callable[[_Scores, Sequence[ChunkKey]], _Scores]] = {
    "minmax": _min_max,
    "zscore": _z_score,
    "rrf": _reciprocal_rank,
}


# How much of what is missing to the best score a name adds: of several words, or whole, it is meant; one word may be chance.
_MEANT = 0.5
_PERHAPS = 0.15
_SHORTEST = 3
# If the question names this share of the found files, the name does not distinguish them.
_TOO_MANY = 0.5
_FEW = 4


def prefer_named(
    ranked: Sequence[Ranked], filenames: Mapping[ChunkKey, str], question: str
) -> list[Ranked] | None:
    """Return the candidates, those of named files first. None when the question names none of the files."""
    folded = fold(question)
    names = set(filenames.values())
    added = {name: _added(name, folded) for name in names}
    named = [name for name in names if added[name]]
    if not named or (len(names) >= _FEW and len(named) > _TOO_MANY * len(names)):
        return None
    return in_order(
        _raised(entry, added.get(filenames.get(entry.candidate.key, ""), 0.0)) for entry in ranked
    )


def _added(filename: str, folded: str) -> float:
    if not may_be_named(filename, folded):
        return 0.0
    # Of "memo-1" and "memo-2" prefer the one whose number the question has.
    if is_meant(filename, folded):
        return _MEANT * named_share(filename, folded)
    is_short = len("".join(name_words(filename))) < _SHORTEST
    return 0.0 if is_short or not says_all(filename, folded) else _PERHAPS * named_share(filename, folded)


def _raised(entry: Ranked, added: float) -> Ranked:
    if not added:
        return entry
    return Ranked(entry.candidate, round(entry.score + added * (1 - entry.score), SCORE_DIGITS))


# Between two chunks of one text there is white space at the most.
_WIDEST_GAP = 4
# How many of the best passages get their neighbours.
BEST = 3


class Passage(NamedTuple):
    """A piece of a file's text around the chunk that was found: `chunks` follow each other in it.

    `twins` are chunks of other files, one of each, that hold the text that was found.
    """

    found: Ranked
    chunks: tuple[FoundChunk, ...]
    twins: tuple[FoundChunk, ...] = ()

    @property
    def best(self) -> FoundChunk:
        """The chunk that was found."""
        if len(self.chunks) == 1:
            return self.chunks[0]
        return next(chunk for chunk in self.chunks if chunk.key == self.found.candidate.key)

    @property
    def start(self) -> int:
        return self.chunks[0].char_start

    @property
    def end(self) -> int:
        return self.chunks[0].char_end if self.is_plain else max(chunk.char_end for chunk in self.chunks)

    @property
    def is_plain(self) -> bool:
        """Whether it is one chunk with nothing added."""
        return len(self.chunks) == 1 and self.chunks[0].table_header is None

    @property
    def text(self) -> str:
        """The chunks' text. What they share comes once, and rows of a table stand under its header."""
        if self.is_plain:
            return self.chunks[0].content
        return "".join(before + own for before, own, _ in self._parts())

    @property
    def places(self) -> tuple[Place, ...]:
        """Where each chunk's own text begins: in the passage's text, and in the file's."""
        if self.is_plain:
            return ((0, self.start),)
        places, length = [], 0
        for before, own, start in self._parts():
            places.append((length + len(before), start))
            length += len(before) + len(own)
        return tuple(places)

    def _parts(self) -> Iterator[tuple[str, str, int]]:
        """Yield for each chunk what stands before its own text, that text, and where it begins in the file."""
        first, *others = self.chunks
        yield first.shown_text.removesuffix(first.content), first.content, first.char_start
        end = first.char_end
        for chunk in others:
            gap = chunk.char_start - end
            shared = max(0, -gap)
            space = space_between(gap, in_table=chunk.table_header is not None)
            yield space, chunk.content[shared:], chunk.char_start + shared
            end = max(end, chunk.char_end)

    @property
    def borders(self) -> tuple[ChunkKey, ChunkKey]:
        """The keys of the chunks before and after it, should there be any."""
        (store, file, first), (*_, last) = self.chunks[0].key, self.chunks[-1].key
        return (store, file, first - 1), (store, file, last + 1)


def choose(
    ranked: Sequence[Ranked],
    texts: Mapping[ChunkKey, FoundChunk],
    *,
    limit: int,
    each_text_once: bool = False,
) -> list[Passage]:
    """Return the best chunks, each a passage. A text that one file holds twice comes once.

    With `each_text_once`, so does a text that several files hold: the best one's passage names the others.
    """
    chosen: dict[tuple[str, int | None], Passage] = {}
    for entry in ranked:
        chunk = texts.get(entry.candidate.key)
        if chunk is None:
            continue
        text_key = chunk.content, None if each_text_once else chunk.key[1]
        if text_key in chosen:
            chosen[text_key] = _with_twins(chosen[text_key], [chunk])
        elif len(chosen) < limit:
            chosen[text_key] = Passage(entry, (chunk,))
    return list(chosen.values())


def join(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages, the best first, those that touch each other in a text as one."""
    joined: list[Passage] = []
    for passage in sorted(passages, key=lambda passage: passage.chunks[0].key):
        if joined and _touch(joined[-1].chunks[-1], passage.chunks[0]):
            before = joined.pop()
            better = max(before.found, passage.found, key=lambda found: found.score)
            both = Passage(better, (*before.chunks, *passage.chunks), before.twins)
            joined.append(_with_twins(both, passage.twins))
        else:
            joined.append(passage)
    place = {
        entry.candidate.key: place for place, entry in enumerate(in_order(each.found for each in joined))
    }
    return sorted(joined, key=lambda passage: place[passage.found.candidate.key])


def worth_neighbours(passages: Sequence[Passage]) -> list[ChunkKey]:
    """Return the keys of the chunks before and after the best passages."""
    return [key for passage in passages[:BEST] for key in passage.borders]


def fit(
    passages: Sequence[Passage], neighbours: Mapping[ChunkKey, FoundChunk], *, max_tokens: int
) -> list[tuple[Passage, str]]:
    """Return the passages that `max_tokens` allow, each with its text, and with their neighbours what is left.

    The best passage is there in any case, cut if it must be.
    """
    kept: list[Passage] = []
    left = max_tokens
    for passage in passages:
        cost = count_tokens(passage.text)
        if kept and cost > left:
            continue
        kept.append(passage)
        left -= cost
    if left < 0:
        return [(kept[0], "".join(split_tokens(kept[0].text)[:max_tokens]).rstrip())]

    for place, passage in enumerate(kept[:BEST]):
        for key in passage.borders:
            neighbour = neighbours.get(key)
            cost = count_tokens(neighbour.content) if neighbour else 0
            if neighbour is not None and cost <= left and (wider := _widened(kept[place], neighbour)):
                kept[place], left = wider, left - cost
    return [(passage, passage.text) for passage in kept]


def _with_twins(passage: Passage, twins: Sequence[FoundChunk]) -> Passage:
    """Return a passage that names these files, too, each once."""
    known = {passage.chunks[0].file_id, *(twin.file_id for twin in passage.twins)}
    new = {twin.file_id: twin for twin in twins if twin.file_id not in known}
    return passage._replace(twins=(*passage.twins, *new.values())) if new else passage


def _widened(passage: Passage, neighbour: FoundChunk) -> Passage | None:
    if _touch(neighbour, passage.chunks[0]):
        return passage._replace(chunks=(neighbour, *passage.chunks))
    if _touch(passage.chunks[-1], neighbour):
        return passage._replace(chunks=(*passage.chunks, neighbour))
    return None


def _touch(first: FoundChunk, second: FoundChunk) -> bool:
    """Whether the second chunk follows the first in one section of a text."""
    (*of_first, before), (*of_second, after) = first.key, second.key
    last_page = first.page if first.page_end is None else first.page_end
    same_section = (last_page, first.heading) == (second.page, second.heading)
    gap = second.char_start - first.char_end
    return of_first == of_second and after == before + 1 and same_section and gap <= _WIDEST_GAP


def make_snippet(n: int, passage: Passage, text: str) -> Snippet:
    """Return the snippet of this number."""
    chunk = passage.best
    candidate = passage.found.candidate
    return Snippet(
        n=n,
        chunk_id=chunk.chunk_id,
        file_id=chunk.file_id,
        filename=chunk.filename,
        text=text,
        char_start=passage.start,
        char_end=min(passage.end, passage.start + len(text)),
        score=passage.found.score,
        cosine=_shown_score(candidate.cosine),
        lexical=_shown_score(candidate.lexical),
        page=passage.chunks[0].page,
        page_end=passage.chunks[-1].page_end,
        heading=chunk.heading,
        source=chunk.source,
        attributes=chunk.attributes,
        metadata=chunk.metadata,
        also_in=tuple(
            SameText(twin.file_id, twin.filename, twin.chunk_id, twin.page) for twin in passage.twins
        ),
        places=passage.places,
    )


def _shown_score(score: float | None) -> float | None:
    """Return a score rounded as it is shown."""
    return None if score is None else round(score, SCORE_DIGITS)
