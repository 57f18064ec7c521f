"""Files that a question names come first, by as much as the name is meant."""

from app.db.chunk_search import Candidate
from app.retrieval.preference import prefer_named
from app.retrieval.ranking import Ranked


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
