"""Chunks that stand for whole files: all where they fit, else the opening and something of each part."""

from itertools import pairwise

from app.db.listings import ChunkPlace, NamedFile
from app.retrieval.spread import MOST_CHUNKS, spread


def file(number: int, chunks: int) -> tuple[NamedFile, list[ChunkPlace]]:
    places = [ChunkPlace(n, 800, f"Section {n // 10}") for n in range(chunks)]
    return NamedFile(1, number, f"{number}.txt", chunks), places


def test_a_short_file_is_there_whole() -> None:
    """In order."""
    short, places = file(1, 7)

    assert spread({short: places}, characters=10_000) == {short: places}


def test_of_a_long_file_every_part_is_there() -> None:
    """From the opening to the last tenth, within the characters, and where a heading begins."""
    long, places = file(1, 500)

    chosen = spread({long: places}, characters=20_000)[long]

    ordinals = [place.ordinal for place in chosen]
    assert ordinals == sorted(set(ordinals))
    assert sum(place.characters for place in chosen) <= 20_000
    assert ordinals[0] == 0
    assert ordinals[-1] >= 450
    assert all(later - earlier <= 60 for earlier, later in pairwise(ordinals))
    assert sum(ordinal % 10 == 0 for ordinal in ordinals) > len(ordinals) * 0.8


def test_what_short_files_leave_goes_to_the_long_one() -> None:
    """Each is there; together they stay within the bounds."""
    files = dict([file(1, 300), file(2, 1), file(3, 2)])

    chosen = spread(files, characters=16_000)

    counts = {named.file: len(places) for named, places in chosen.items()}
    assert (counts[2], counts[3]) == (1, 2)
    assert 14 <= counts[1] <= 17
    assert sum(map(len, spread(files, characters=10**9).values())) <= MOST_CHUNKS


def test_no_budget_is_too_small_for_one() -> None:
    """The opening is there in any case; a file without chunks is no trouble."""
    long, places = file(1, 50)
    empty, none = file(2, 0)

    chosen = spread({long: places, empty: none}, characters=10)

    assert [place.ordinal for place in chosen[long]] == [0]
    assert chosen[empty] == []
