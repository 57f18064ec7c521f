"""What of a query is looked up, and which chunks are ranked for it."""

import pytest

from app.core.asked import Asked, AskedWord, Joined
from app.core.lexemes import inverse_frequency
from app.retrieval.query_words import QueryWords, weigh


def words_of(*lexemes: int) -> Asked:
    return Asked(tuple(AskedWord((lexeme,)) for lexeme in lexemes))


def weights_of(words: QueryWords) -> dict[int, float]:
    assert words.leg is not None
    return dict(words.leg.weights)


def _rarest(holding: dict[int, int], total: int) -> tuple[int, ...]:
    leg = weigh(words_of(*holding), holding, total=total).leg
    assert leg is not None
    return leg.rarest


def test_a_small_store_is_ranked_whole() -> None:
    """No lexeme is left out where ranking every chunk costs nothing."""
    assert _rarest({1: 3, 2: 1_500}, total=2_000) == ()


def test_a_query_of_one_rare_lexeme_and_common_ones_is_ranked_by_the_rare_one() -> None:
    """What a code finds is not drowned by the words around it."""
    assert _rarest({1: 1, 2: 90_000, 3: 80_000}, total=100_000) == (1,)


def test_many_middling_lexemes_are_ranked_until_they_carry_most_of_the_idf() -> None:
    """A long question says little by its rarest word alone: a tenth of the chunks would be too few."""
    holding = {lexeme: 300 + 20 * lexeme for lexeme in range(12)}

    chosen = _rarest(holding, total=3_000)

    assert chosen == tuple(range(7))
    assert sum(holding[lexeme] for lexeme in chosen) > 300


def test_in_a_large_store_no_more_than_a_tenth_is_ranked() -> None:
    """However little the rarest lexemes carry, a search of a million chunks stays a search of a part."""
    holding = {lexeme: 30_000 + lexeme for lexeme in range(12)}

    assert len(_rarest(holding, total=1_000_000)) == 3


def test_lexemes_that_no_chunk_holds_count_for_the_score_only() -> None:
    """An unknown word is no reason to find nothing, but a reason to be less sure."""
    words = weigh(words_of(1, 2), {1: 5}, total=100)

    assert list(weights_of(words)) == [1]
    assert words.idf_sum > sum(weights_of(words).values())


def test_a_word_of_several_lexemes_counts_once() -> None:
    """Each of them weighs what the word does, as frequent as all of them are."""
    words = weigh(Asked((AskedWord((1, 2, 3)),)), {1: 5, 2: 10}, total=100)

    told = inverse_frequency(15, 100)
    assert weights_of(words) == {1: told, 2: told}
    assert words.idf_sum == told


def test_parts_stand_in_for_a_word_that_is_not_there() -> None:
    """Together they weigh no more than the word. If the word itself is there, they weigh a part of it."""
    alone = weigh(Asked((AskedWord((1,), inside=(2, 3)),)), {2: 1, 3: 1}, total=100)
    beside = weigh(Asked((AskedWord((1,), inside=(2, 3)),)), {1: 1, 2: 1, 3: 1}, total=100)

    assert sum(weights_of(alone).values()) == pytest.approx(inverse_frequency(0, 100))
    assert alone.idf_sum == pytest.approx(inverse_frequency(0, 100))
    assert weights_of(beside)[2] < weights_of(beside)[1] == beside.idf_sum


def test_a_code_stands_in_for_its_words() -> None:
    """Where a chunk holds the code and none its words, the code is all that was asked for."""
    asked = Asked((AskedWord((1,)), AskedWord((2,))), joined=(Joined(9, (0, 1)),))

    words = weigh(asked, {9: 1}, total=100)

    assert weights_of(words) == {9: inverse_frequency(1, 100)}
    assert words.idf_sum == pytest.approx(inverse_frequency(1, 100))


def test_neighbours_weigh_beside_their_words() -> None:
    """A pair adds to two words that are there; it is no word, and finds nothing by itself."""
    asked = Asked((AskedWord((1,)), AskedWord((2,))), pairs=((0, 77),))

    both, one = weigh(asked, {1: 5, 2: 5}, total=3_000), weigh(asked, {1: 5}, total=3_000)

    assert 0 < weights_of(both)[77] < weights_of(both)[1]
    assert both.leg is not None
    assert 77 not in both.leg.rarest
    assert both.idf_sum == pytest.approx(2 * inverse_frequency(5, 3_000))
    assert 77 not in weights_of(one)


def test_a_files_name_weighs_beside_the_word() -> None:
    """By how many chunks are in files of such a name."""
    words = weigh(Asked((AskedWord((1,), in_name=(5,)),)), {1: 50, 5: 2}, total=100)

    assert weights_of(words)[5] == inverse_frequency(2, 100)
    assert words.idf_sum == inverse_frequency(50, 100)
