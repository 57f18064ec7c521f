"""Which chunks stand for whole files: all of them where they fit, else the opening and the best of each part. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from app.db.listings import ChunkPlace, NamedFile

MOST_CHUNKS = 60


def spread(
    places: Mapping[NamedFile, Sequence[ChunkPlace]], *, characters: int
) -> dict[NamedFile, list[ChunkPlace]]:
    """Return some of each file's places, in order, within a number of characters.

    Characters that a short file does not need go to the longer ones.
    """
    chosen: dict[NamedFile, list[ChunkPlace]] = {}
    left, chunks_left = characters, MOST_CHUNKS
    by_size = sorted(places, key=lambda file: sum(place.characters for place in places[file]))
    for position, file in enumerate(by_size):
        files_left = len(by_size) - position
        share, most = left // files_left, max(1, chunks_left // files_left)
        chosen[file] = _of_one(places[file], characters=share, most=most)
        left -= sum(place.characters for place in chosen[file])
        chunks_left -= len(chosen[file])
    return {file: chosen[file] for file in places}


def _of_one(places: Sequence[ChunkPlace], *, characters: int, most: int) -> list[ChunkPlace]:
    if len(places) <= most and sum(place.characters for place in places) <= characters:
        return list(places)
    if not places:
        return []
    mean = sum(place.characters for place in places) / len(places)
    wanted = max(1, min(most, int(characters // max(mean, 1))))
    opening, rest = places[:1], places[1:]
    chosen = [*opening, *_best_of_parts(rest, wanted - 1)]
    while len(chosen) > 1 and sum(place.characters for place in chosen) > characters:
        chosen.pop()
    return chosen


def _best_of_parts(places: Sequence[ChunkPlace], parts: int) -> Iterator[ChunkPlace]:
    """Yield from each of several equal parts the chunk that opens a heading, else the longest."""
    parts = min(parts, len(places))
    for part in range(parts):
        start, end = len(places) * part // parts, len(places) * (part + 1) // parts
        opens = {
            place.ordinal
            for before, place in zip(
                places[max(0, start - 1) : end], places[max(0, start - 1) + 1 : end], strict=False
            )
            if place.heading != before.heading
        }
        yield max(
            places[start:end], key=lambda place: (place.ordinal in opens, place.characters, -place.ordinal)
        )
