"""Which chunks of a large store are ranked by their words, since ranking costs a visit to each. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

# A store of up to this many chunks is ranked whole. In a larger one, only chunks with one of the query's rarest lexemes are
# ranked: as many lexemes as a tenth of the chunks hold together. More are taken, up to 20,000 chunks, until they carry .6 of the idf.
# On three collections this finds .97 to .99 of the exact top ten (with the tenth alone, .83 to .97).
SMALL_STORE = 2_000
_RANKED_SHARE = 0.1
_RANKED_IDF = 0.6
_MOST_RANKED = 20_000
# If the rarest lexemes are in more chunks than this together, one of them is enough only as far as it is in few, and else a
# chunk has to hold two. Of a million chunks that ranks a tenth as many, and the best ten were the same for twelve of twelve
# questions, of the best hundred 98.
_MOST_BY_ONE_WORD = 10_000
_MOST_ALONE = 5_000
_LEAST_ALONE = 1_000
# If even the rarest lexeme is in too many chunks to be ranked, a chunk has to hold several together. Of a million chunks the best
# ten were the same for 25 of 25 such questions, which took a third of the time; of the best fifty .997 were the same.
_MOST_TOGETHER = 6


def narrowed(
    weights: Mapping[int, float], words: Iterable[Sequence[int]], holding: Mapping[int, int], *, total: int
) -> tuple[tuple[int, ...], int | None, tuple[int, ...]]:
    """Return `rarest`, `alone` and `together` of a lexical leg (see LexicalLeg) for a store of `total` chunks.

    `words` are the query's, each with its lexemes; `holding` says how many chunks hold each lexeme.
    """
    rarest = _rarest(weights, holding, total=total)
    is_frequent = bool(rarest) and holding[rarest[0]] > _MOST_RANKED
    together = _together(words, holding, total=total) if is_frequent else ()
    return rarest, _alone(rarest, holding), together


def _rarest(weights: Mapping[int, float], holding: Mapping[int, int], *, total: int) -> tuple[int, ...]:
    chosen: list[int] = []
    chunks, idf = 0, 0.0
    wanted = _RANKED_IDF * sum(weights.values())
    for lexeme in sorted(weights, key=lambda lexeme: (holding[lexeme], lexeme)):
        chunks += holding[lexeme]
        if chosen and chunks > total * _RANKED_SHARE and (idf >= wanted or chunks > _MOST_RANKED):
            break
        chosen.append(lexeme)
        idf += weights[lexeme]
    return tuple(chosen)


def _alone(rarest: Sequence[int], holding: Mapping[int, int]) -> int | None:
    """Return of how many of the rarest lexemes one is enough, None where it is of all."""
    chunks = list(accumulate(holding[lexeme] for lexeme in rarest))
    if not chunks or chunks[-1] <= _MOST_BY_ONE_WORD:
        return None
    before = [0, *chunks]
    return sum(
        held <= _MOST_ALONE or earlier < _LEAST_ALONE for earlier, held in zip(before, chunks, strict=False)
    )


def _together(words: Iterable[Sequence[int]], holding: Mapping[int, int], *, total: int) -> tuple[int, ...]:
    """Return the rarest lexemes that few enough chunks hold together, if they were independent; of one they are not asked.

    A word of which chunks hold several forms is left out: a chunk need not hold all of them.
    """
    forms = ([lexeme for lexeme in word if holding.get(lexeme)] for word in words)
    single = {held[0] for held in forms if len(held) == 1}
    chosen: list[int] = []
    expected = float(total)
    for lexeme in sorted(single, key=lambda lexeme: (holding[lexeme], lexeme))[:_MOST_TOGETHER]:
        if expected <= _MOST_RANKED:
            break
        chosen.append(lexeme)
        expected *= holding[lexeme] / total
    return tuple(chosen) if len(chosen) > 1 else ()
