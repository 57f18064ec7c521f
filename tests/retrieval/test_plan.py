"""What a search is about, before anything is searched: its stores, its route, its vectors and its words."""

import math
from typing import Any

import numpy as np
import pytest

from app.core.asked import Asked, AskedWord, Joined
from app.core.types import EmbeddingSpace, SearchRoute
from app.db.index_samples import Answers
from app.providers.fallback.embeddings import MODEL, FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder, QueryWords, choose_route, inverse_frequency, lies_inline, weigh
from app.upkeep.calibration import Calibration, calibrate, ladder, recall_of
from app.upkeep.index_care import IndexPolicy


@pytest.mark.parametrize(
    ("chunk_count", "filtered", "probes", "inline", "route"),
    [
        (0, False, None, False, "empty"),
        (200, False, None, False, "exact"),
        (201, False, None, False, "bits"),
        (201, False, None, True, "exact"),
        (90_000, False, 8, True, "ivfflat"),
        (90_000, True, 8, False, "bits"),
        (90, True, 8, False, "exact"),
    ],
)
def test_the_route_follows_size_filter_and_index(
    *, chunk_count: int, filtered: bool, probes: int | None, inline: bool, route: SearchRoute
) -> None:
    """Small stores are searched exactly, filtered ones never through IVFFlat."""
    chosen = choose_route(chunk_count=chunk_count, filtered=filtered, probes=probes, inline=inline)

    assert chosen == route


@pytest.mark.parametrize(
    ("dimensions", "text_bytes", "inline"),
    [(384, 300, True), (384, 800, True), (384, 1_300, False), (768, 60, False), (1_536, 0, False)],
)
def test_large_rows_have_their_embeddings_elsewhere(
    dimensions: int, text_bytes: int, *, inline: bool
) -> None:
    """By the mean size of a chunk's text."""
    assert lies_inline(dimensions, chunks=10, usage_bytes=10 * text_bytes) is inline


def test_lists_follow_the_rows_unless_pinned() -> None:
    """Auto is sqrt(n) lists; a number pins them."""
    assert IndexPolicy().lists_for(100_000) == 316
    assert IndexPolicy(lists=100).lists_for(100_000) == 100
    assert IndexPolicy().lists_for(0) == 1


def test_the_ladder_of_probes_ends_at_all_lists() -> None:
    """Every step is more than the one before, by a third at most where thirds are whole."""
    assert ladder(1) == [1]
    assert ladder(20) == [1, 2, 3, 4, 5, 7, 9, 12, 16, 20]


def answers(found: int, seconds: float, *, queries: int = 5) -> Answers:
    """Return answers that hold the first `found` of ten neighbours."""
    return Answers((frozenset((1, 1, n) for n in range(found)),) * queries, (seconds,) * queries)


async def test_the_fewest_probes_that_find_enough() -> None:
    """The climb ends at the target recall; the gain compares it with the scan."""
    asked: list[int] = []

    async def ask(probes: int) -> Answers:
        asked.append(probes)
        return answers(min(10, 6 + probes), 0.1)

    found = await calibrate(answers(10, 9.0), answers(9, 0.5), ask, lists=50, pinned=None)

    assert asked == [1, 2, 3, 4]
    assert found == Calibration(4, 1.0, 5.0)


async def test_pinned_probes_are_measured_as_they_are() -> None:
    """No climb: what is pinned is reported, good or bad, within the lists there are."""

    async def ask(probes: int) -> Answers:
        return answers(8, 1.0)

    found = await calibrate(answers(10, 9.0), answers(9, 0.5), ask, lists=5, pinned=9)

    assert found == Calibration(5, 0.8, 0.5)


def test_recall_counts_neighbours_not_queries() -> None:
    """Two of three are found, whichever query they belong to; without any there is nothing to lose."""
    truth = [frozenset({(1,), (2,)}), frozenset({(3,)})]

    assert recall_of([frozenset({(1,), (9,)}), frozenset({(3,)})], truth) == pytest.approx(2 / 3)
    assert recall_of([], []) == 1.0


class CountingEmbeddings(FallbackEmbeddings):
    """The fallback, noting what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    async def embed(self, texts: Any, **options: Any) -> Any:
        self.asked.append(list(texts))
        return await super().embed(texts, **options)


async def test_known_queries_are_not_asked_for_again() -> None:
    """Only new ones are, each once, in one call; the vectors come in the order of the queries."""
    provider = CountingEmbeddings()
    queries = QueryEmbedder(provider)

    first = await queries.embed(["leave", "dinner"], provider.space)
    second = await queries.embed(["dinner", "trips", "trips", "leave"], provider.space)

    assert provider.asked == [["leave", "dinner"], ["trips"]]
    np.testing.assert_array_equal(second[0], first[1])
    np.testing.assert_array_equal(second[3], first[0])
    np.testing.assert_array_equal(second[1], second[2])


async def test_each_space_has_its_own() -> None:
    """The same query for stores of two spaces is embedded twice."""
    provider = CountingEmbeddings()
    queries = QueryEmbedder(provider)

    (large,) = await queries.embed(["leave"], provider.space)
    (small,) = await queries.embed(["leave"], EmbeddingSpace(MODEL, 256))

    assert (len(large), len(small)) == (1536, 256)


def words_of(*lexemes: int) -> Asked:
    return Asked(tuple(AskedWord((lexeme,)) for lexeme in lexemes))


def weights_of(words: QueryWords) -> dict[int, float]:
    assert words.leg is not None
    return dict(words.leg.weights)


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


def test_rare_lexemes_weigh_more() -> None:
    """ln(1 + (N - n + .5) / (n + .5)); never negative, whatever the counters say."""
    assert inverse_frequency(1, 10) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert inverse_frequency(1, 10) > inverse_frequency(5, 10) > inverse_frequency(10, 10) > 0
    assert inverse_frequency(12, 10) > 0
