"""Which chunks of a large store are ranked by their words."""

from collections.abc import Sequence

import pytest

from app.core.asked import Asked, AskedWord
from app.db.candidates import LexicalLeg
from app.retrieval.plan import weigh


def leg_of(
    holding: dict[int, int], *, total: int, words: Sequence[tuple[int, ...]] | None = None
) -> LexicalLeg:
    """Return the leg for words, by default one for each lexeme of `holding`, which says how many chunks hold it."""
    asked = [AskedWord(lexemes) for lexemes in words or [(lexeme,) for lexeme in holding]]
    leg = weigh(Asked(tuple(asked)), holding, total=total).leg
    assert leg is not None
    return leg


def test_a_small_store_is_ranked_whole() -> None:
    """No lexeme is left out where ranking every chunk costs nothing."""
    assert leg_of({1: 3, 2: 1_500}, total=2_000).rarest == ()


def test_a_query_of_one_rare_lexeme_and_common_ones_is_ranked_by_the_rare_one() -> None:
    """What a code finds is not drowned by the words around it."""
    assert leg_of({1: 1, 2: 90_000, 3: 80_000}, total=100_000).rarest == (1,)


def test_many_middling_lexemes_are_ranked_until_they_carry_most_of_the_idf() -> None:
    """A long question says little by its rarest word alone: a tenth of the chunks would be too few."""
    holding = {lexeme: 300 + 20 * lexeme for lexeme in range(12)}

    chosen = leg_of(holding, total=3_000).rarest

    assert chosen == tuple(range(7))
    assert sum(holding[lexeme] for lexeme in chosen) > 300


def test_in_a_large_store_no_more_than_a_tenth_is_ranked() -> None:
    """However little the rarest lexemes carry, a search of a million chunks stays a search of a part."""
    holding = {lexeme: 30_000 + lexeme for lexeme in range(12)}

    assert len(leg_of(holding, total=1_000_000).rarest) == 3


@pytest.mark.parametrize(
    ("holding", "alone"),
    [
        ({1: 2_000, 2: 2_500, 3: 5_000}, None),
        ({1: 2_000, 2: 2_500, 3: 9_000, 4: 9_500}, 2),
        ({1: 20_000, 2: 30_000}, 1),
        ({1: 3, 2: 30_000, 3: 40_000}, 2),
    ],
    ids=["few chunks", "many chunks", "no rare word", "a word that hardly occurs"],
)
def test_where_many_chunks_hold_a_word_two_are_needed(holding: dict[int, int], alone: int | None) -> None:
    """One is enough of the rarest, as many as a thousand chunks hold at least."""
    leg = leg_of(holding, total=1_000_000)

    assert leg.rarest == tuple(holding)
    assert leg.alone == alone


@pytest.mark.parametrize(
    ("holding", "words", "together"),
    [
        ({1: 100_000, 2: 300_000, 3: 400_000}, None, (1, 2, 3)),
        ({1: 100_000, 2: 150_000, 3: 400_000}, None, (1, 2)),
        ({1: 20_000, 2: 300_000}, None, ()),
        ({1: 400_000}, None, ()),
        ({1: 100_000, 2: 110_000, 3: 150_000}, [(1, 2), (3,)], ()),
        ({1: 10, 2: 20, 3: 100_000, 4: 150_000}, [(1, 2), (3,), (4,)], ()),
        ({number: 900_000 + number for number in range(9)}, None, (0, 1, 2, 3, 4, 5)),
    ],
    ids=[
        "three words",
        "two are enough",
        "a rarer word",
        "one word",
        "a word of two forms",
        "a rare word of two forms",
        "hardly rarer together",
    ],
)
def test_where_all_words_are_frequent_a_chunk_needs_several_together(
    holding: dict[int, int], words: Sequence[tuple[int, ...]] | None, together: tuple[int, ...]
) -> None:
    """As many as let few enough chunks be expected, six at most."""
    assert leg_of(holding, total=1_000_000, words=words).together == together
