"""Passages: repeated texts once, what touches joined, neighbours and a budget."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.core.tokens import count_tokens
from app.db.chunk_search import Candidate, FoundChunk
from app.retrieval.passages import Passage, choose, fit, join, worth_neighbours
from app.retrieval.ranking import Ranked

_TEXT = "".join(f"Sentence number {number:02d} of the text. " for number in range(10))
_SIZE = len(_TEXT) // 10


def chunk(ordinal: int, *, file: int = 1, end: int | None = None, **fields: Any) -> FoundChunk:
    """Return the sentence of this number as a chunk, up to `end` characters into the text."""
    start = ordinal * _SIZE
    stop = end or start + _SIZE - 1
    known = {"page": None, "heading": None, "source": None} | fields
    return FoundChunk(
        (1, file, ordinal), f"c{ordinal}", f"file-{file}", "f.txt", _TEXT[start:stop], start, stop, **known
    )


def passages(*chunks: FoundChunk, scores: Sequence[float] | None = None) -> list[Passage]:
    ranked = [
        Ranked(Candidate(c.key), score)
        for c, score in zip(chunks, scores or [0.9 - n / 10 for n in range(9)], strict=False)
    ]
    return choose(ranked, {c.key: c for c in chunks}, limit=9, each_text_once=True)


def test_a_text_in_two_files_comes_once() -> None:
    """The better one is kept and names the other; as many as were asked for."""
    chosen = passages(chunk(0), chunk(0, file=2), chunk(1))

    assert [passage.best.key for passage in chosen] == [(1, 1, 0), (1, 1, 1)]
    assert [[twin.file_id for twin in passage.twins] for passage in chosen] == [["file-2"], []]


def test_a_search_has_a_text_of_two_files_twice() -> None:
    """A search names both files. A text that one file holds twice comes once."""
    chunks = [chunk(0), chunk(0, file=2), chunk(0)._replace(key=(1, 1, 7))]
    ranked = [Ranked(Candidate(each.key), 0.5) for each in chunks]

    chosen = choose(ranked, {each.key: each for each in chunks}, limit=9)

    assert [passage.best.key for passage in chosen] == [(1, 1, 0), (1, 2, 0)]
    assert not any(passage.twins for passage in chosen)


def test_joined_passages_name_the_files_of_both() -> None:
    """Each once."""
    twins = [chunk(2, file=2), chunk(3, file=2), chunk(3, file=3)]

    (joined,) = join(passages(chunk(2), chunk(3), *twins))

    assert [twin.file_id for twin in joined.twins] == ["file-2", "file-3"]


def test_what_touches_is_joined() -> None:
    """In the text's order, with the better score and its chunk; what they share comes once."""
    first, second = chunk(2, end=3 * _SIZE + 10), chunk(3)

    (joined, other) = join(passages(second, chunk(7), first))

    assert joined.text == _TEXT[2 * _SIZE : 4 * _SIZE - 1]
    assert (joined.start, joined.end) == (2 * _SIZE, 4 * _SIZE - 1)
    assert (joined.best.key, joined.found.score) == (second.key, 0.9)
    assert other.text == chunk(7).content


@pytest.mark.parametrize("second", [chunk(3, page=2), chunk(3, heading="Other"), chunk(4), chunk(3, file=2)])
def test_other_pages_sections_and_files_stay_apart(second: FoundChunk) -> None:
    """So do chunks that do not follow each other."""
    assert len(join(passages(chunk(2), second))) == 2


def test_a_chunk_that_crosses_a_page_touches_what_follows_there() -> None:
    """The passage continues on the page where the chunk ends."""
    (joined,) = join(passages(chunk(2, page=1, page_end=2), chunk(3, page=2, page_end=2)))

    assert [each.page for each in joined.chunks] == [1, 2]


def test_the_best_get_their_neighbours() -> None:
    """Before and after, from the same section, as long as the budget lasts."""
    (found,) = passages(chunk(5))
    keys = worth_neighbours([found])
    neighbours = {c.key: c for c in (chunk(4), chunk(6))}

    ((wide, text),) = fit([found], neighbours, max_tokens=1_000)
    ((narrow, _),) = fit([found], neighbours, max_tokens=count_tokens(found.text) + 9)

    assert keys == [(1, 1, 4), (1, 1, 6)]
    assert text == _TEXT[4 * _SIZE : 7 * _SIZE - 1]
    assert (wide.start, wide.best.key) == (4 * _SIZE, (1, 1, 5))
    assert len(narrow.chunks) == 2


def test_the_budget_drops_the_worst_and_cuts_the_only_one() -> None:
    """What does not fit is left out; the best passage is there in any case."""
    chosen = passages(chunk(0), chunk(4, end=9 * _SIZE), chunk(2))
    cost = count_tokens(chosen[0].text)

    kept = fit(chosen, {}, max_tokens=2 * cost + 1)
    ((_, cut),) = fit(chosen, {}, max_tokens=3)

    assert [passage.best.key for passage, _ in kept] == [(1, 1, 0), (1, 1, 2)]
    assert chosen[0].text.startswith(cut)
    assert 0 < count_tokens(cut) <= 3


def test_rows_of_a_table_stay_on_lines_of_their_own() -> None:
    """Joined chunks of a table have its header once, above their rows."""
    header = "id,name"
    first = chunk(0)._replace(content="1,Ada", char_start=8, char_end=13, table_header=header)
    second = chunk(1)._replace(content="2,Bo", char_start=14, char_end=18, table_header=header)

    (joined,) = join(passages(first, second))

    assert joined.text == "id,name\n1,Ada\n2,Bo"
