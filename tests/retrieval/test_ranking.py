"""From candidates to what a reader gets: one order for both legs, files that are named first, passages, snippets. Pure.

A repeated text is shown once, what touches is joined, neighbours are added, all within a budget of tokens.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.fusion import Fusion, FusionMethod
from app.core.text import count_tokens
from app.core.types import SearchMode
from app.db.chunk_search import Candidate, Candidates, FoundChunk
from app.retrieval.ranking import (
    Passage,
    Ranked,
    best_of,
    choose,
    fit,
    join,
    prefer_named,
    rank,
    worth_neighbours,
)

_CANDIDATES = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(-1, 1)), st.one_of(st.none(), st.floats(0, 40))), max_size=12
).map(lambda pairs: [Candidate((1, n, 0), cosine, lexical) for n, (cosine, lexical) in enumerate(pairs)])


@given(
    _CANDIDATES,
    st.sampled_from(["hybrid", "semantic", "lexical"]),
    st.sampled_from(["minmax", "zscore", "rrf"]),
    st.floats(0, 1),
    st.floats(0, 50),
)
def test_scores_fall_within_bounds(
    candidates: list[Candidate], mode: SearchMode, method: FusionMethod, weight: float, idf_sum: float
) -> None:
    """For any candidates, any fusion, any weight: each candidate once, scores falling, 0..1."""
    ranked = rank(Candidates(candidates), mode=mode, fusion=Fusion(method, weight), idf_sum=idf_sum)

    scores = [entry.score for entry in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert {entry.candidate for entry in ranked} == set(candidates)


@given(_CANDIDATES, st.sampled_from(["hybrid", "semantic", "lexical"]), st.integers(1, 12))
def test_the_best_are_the_beginning_of_all(candidates: list[Candidate], mode: SearchMode, most: int) -> None:
    """However many are asked for, they come with the same scores in the same order."""
    fusion = Fusion("minmax", 0.5)

    best = rank(Candidates(candidates), mode=mode, fusion=fusion, idf_sum=9, most=most)

    assert best == rank(Candidates(candidates), mode=mode, fusion=fusion, idf_sum=9)[:most]


@given(
    _CANDIDATES,
    st.sampled_from(["minmax", "zscore"]),
    st.floats(0, 1),
    st.integers(1, 12),
)
def test_the_scores_of_the_others_are_enough(
    candidates: list[Candidate], method: FusionMethod, weight: float, count: int
) -> None:
    """What the best are worth is the same, whether the others came with their keys or as bare scores."""
    fusion = Fusion(method, weight)
    whole = rank(Candidates(candidates), mode="hybrid", fusion=fusion, idf_sum=9)
    best, others = ([entry.candidate for entry in part] for part in (whole[:count], whole[count:]))
    bare = [[score or 0.0 for score in leg] for leg in zip(*others, strict=True)][1:] or [[], []]

    ranked = rank(Candidates(best, *bare), mode="hybrid", fusion=fusion, idf_sum=9)

    assert [entry.candidate for entry in ranked] == best
    assert [entry.score for entry in ranked] == pytest.approx([entry.score for entry in whole[:count]])


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_what_both_legs_find_comes_first(method: FusionMethod) -> None:
    """A chunk that is second in both beats those that are first in one and nothing in the other."""
    near = Candidate((1, 1, 0), 0.80, 0.0)
    said = Candidate((1, 2, 0), 0.10, 9.0)
    both = Candidate((1, 3, 0), 0.79, 8.9)
    rest = [Candidate((1, 10 + n, 0), 0.05, 0.0) for n in range(5)]

    ranked = rank(
        Candidates([near, said, both, *rest]), mode="hybrid", fusion=Fusion(method, 0.5), idf_sum=20
    )

    assert ranked[0].candidate == both


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_of_equal_scores_the_newer_file_comes_first(mode: SearchMode) -> None:
    """Each file's chunks as they stand in it; a difference too small to be shown is none."""
    keys = [(1, 4, 0), (1, 4, 1), (1, 9, 0)]
    candidates = [Candidate(key, 0.5 + n * 1e-9, 3.0) for n, key in enumerate(keys)]

    ranked = (
        rank(Candidates(candidates), mode=mode, fusion=Fusion("minmax"), idf_sum=9)
        if mode != "hybrid"
        else best_of([[Ranked(candidate, 0.5) for candidate in candidates]])
    )

    assert [entry.candidate.key for entry in ranked] == [(1, 9, 0), (1, 4, 0), (1, 4, 1)]


def test_a_useless_leg_changes_no_order() -> None:
    """When no word is found anywhere the order is that of the cosines."""
    candidates = [Candidate((1, n, 0), cosine, 0.0) for n, cosine in enumerate((0.2, 0.9, 0.5))]

    ranked = rank(Candidates(candidates), mode="hybrid", fusion=Fusion("zscore", 0.5), idf_sum=12)

    assert [entry.candidate.cosine for entry in ranked] == [0.9, 0.5, 0.2]


def test_noise_scores_low() -> None:
    """The best of bad candidates is no match: a threshold can tell."""
    noise = [Candidate((1, n, 0), 0.02 * n, 0.1) for n in range(5)]
    match = [Candidate((1, 9, 0), 0.7, 8.0), *noise]
    fusion = Fusion("minmax", 0.6)

    assert rank(Candidates(noise), mode="hybrid", fusion=fusion, idf_sum=20)[0].score < 0.1
    assert rank(Candidates(match), mode="hybrid", fusion=fusion, idf_sum=20)[0].score > 0.6


def test_several_queries_count_by_the_best() -> None:
    """A chunk that two queries find is there once, with its better score."""
    fusion = Fusion("minmax", 0.5)
    first = rank(Candidates([Candidate((1, 1, 0), 0.9), Candidate((1, 2, 0), 0.3)]), mode="semantic", fusion=fusion, idf_sum=0)  # fmt: skip
    second = rank(Candidates([Candidate((1, 2, 0), 0.8)]), mode="semantic", fusion=fusion, idf_sum=0)

    for lists in ([first, second], [second, first]):
        merged = best_of(lists)
        assert [(entry.candidate.key[1], entry.score) for entry in merged] == [(1, 0.9), (2, 0.8)]


def test_reciprocal_ranks_count_places_alone() -> None:
    """A leg adds by the place that it gives a chunk, however far ahead the first is; not found adds nothing."""
    first = Candidate((1, 1, 0), 0.99, 0.0)
    second = Candidate((1, 2, 0), 0.20, 0.1)
    third = Candidate((1, 3, 0), 0.19, None)

    ranked = rank(Candidates([first, second, third]), mode="hybrid", fusion=Fusion("rrf", 0.5), idf_sum=20)

    assert [entry.candidate for entry in ranked] == [second, first, third]


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_nothing_found_is_an_empty_list(mode: SearchMode) -> None:
    """In each mode."""
    assert rank(Candidates([]), mode=mode, fusion=Fusion("minmax"), idf_sum=9) == []


def preferred(question: str, **scores: float) -> list[tuple[str, float]] | None:
    """Return names and scores after the preference; an underscore in a keyword is the name's hyphen."""
    names = {(1, number, 0): name.replace("_", "-") + ".txt" for number, name in enumerate(scores)}
    ranked = [Ranked(Candidate(key), score) for key, score in zip(names, scores.values(), strict=True)]
    found = prefer_named(ranked, names, question)
    return (
        None
        if found is None
        else [(names[entry.candidate.key].removesuffix(".txt"), entry.score) for entry in found]
    )


def test_a_name_of_several_words_is_meant() -> None:
    """Half of what is missing to the best score is added."""
    assert preferred("the phone number of Tove Berg", Otto_Lind=0.6, Tove_Berg=0.4) == [
        ("Tove-Berg", 0.7),
        ("Otto-Lind", 0.6),
    ]


def test_one_word_may_be_chance() -> None:
    """It decides between near scores; with the suffix it is meant."""
    assert preferred("where is parking", canteen=0.9, parking=0.4) == [("canteen", 0.9), ("parking", 0.49)]
    assert preferred("what does parking.txt say", canteen=0.6, parking=0.4) == [
        ("parking", 0.7),
        ("canteen", 0.6),
    ]


def test_the_number_tells_which() -> None:
    """Both are called memo."""
    best = preferred("what does memo 2 say", memo_1=0.5, memo_2=0.5, other=0.4)

    assert best is not None
    assert best[0][0] == "memo-2"


def test_a_question_that_names_none_or_most_changes_nothing() -> None:
    """A word in most of the names tells them from no others; nor does one of two letters."""
    assert preferred("how long is leave", canteen=0.9, parking=0.4) is None
    assert preferred("the depot", depot_1=0.5, depot_2=0.4, depot_3=0.3, notice=0.2) is None
    assert preferred("the hr rules", hr=0.5, parking=0.4) is None


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
    assert joined.places == ((0, 2 * _SIZE), (len(first.content), first.char_end))


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
    assert joined.places == ((8, 8), (14, 14))
