"""Chosen chunks to what a reader gets: a repeated text once, what touches joined, neighbours added, within a budget. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.text import space_between
from app.core.tokens import count_tokens, split_tokens
from app.db.chunk_search import ChunkKey, FoundChunk
from app.retrieval.ranking import Ranked, in_order

# Between two chunks of one text there is white space at the most.
_WIDEST_GAP = 4
# How many of the best passages get their neighbours.
_BEST = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a file's text around the chunk that was found: `chunks` follow each other in it.

    `twins` are chunks of other files, one of each, that hold the text that was found.
    """

    found: Ranked
    chunks: tuple[FoundChunk, ...]
    twins: tuple[FoundChunk, ...] = ()

    @property
    def best(self) -> FoundChunk:
        """The chunk that was found."""
        return next(chunk for chunk in self.chunks if chunk.key == self.found.candidate.key)

    @property
    def start(self) -> int:
        return self.chunks[0].char_start

    @property
    def end(self) -> int:
        return max(chunk.char_end for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The chunks' text. What they share comes once, and rows of a table stand under its header."""
        text, end = self.chunks[0].shown_text, self.chunks[0].char_end
        for chunk in self.chunks[1:]:
            gap = chunk.char_start - end
            text += (
                space_between(gap, in_table=chunk.table_header is not None) + chunk.content[max(0, -gap) :]
            )
            end = max(end, chunk.char_end)
        return text

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
    return [key for passage in passages[:_BEST] for key in passage.borders]


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

    for place, passage in enumerate(kept[:_BEST]):
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
    return replace(passage, twins=(*passage.twins, *new.values())) if new else passage


def _widened(passage: Passage, neighbour: FoundChunk) -> Passage | None:
    if _touch(neighbour, passage.chunks[0]):
        return replace(passage, chunks=(neighbour, *passage.chunks))
    if _touch(passage.chunks[-1], neighbour):
        return replace(passage, chunks=(*passage.chunks, neighbour))
    return None


def _touch(first: FoundChunk, second: FoundChunk) -> bool:
    """Whether the second chunk follows the first in one section of a text."""
    (*of_first, before), (*of_second, after) = first.key, second.key
    last_page = first.page if first.page_end is None else first.page_end
    same_section = (last_page, first.heading) == (second.page, second.heading)
    gap = second.char_start - first.char_end
    return of_first == of_second and after == before + 1 and same_section and gap <= _WIDEST_GAP
