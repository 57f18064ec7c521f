"""What of a query is looked up, and which chunks are ranked for it."""

from app.retrieval.query_words import weigh


def _rarest(holding: dict[int, int], total: int) -> tuple[int, ...]:
    leg = weigh(list(holding), holding, total=total).leg
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
    words = weigh([1, 2], {1: 5}, total=100)

    assert words.leg is not None
    assert list(words.leg.weights) == [1]
    assert words.idf_sum > sum(words.leg.weights.values())
