"""The chunks at a file's beginning that say what something is."""

from app.db.chunk_search import Candidate, FoundChunk
from app.retrieval.choice import openings, says_what_it_is, with_definitions
from app.retrieval.ranking import Passage, Ranked


def make_chunk(file: int, ordinal: int, content: str) -> FoundChunk:
    return FoundChunk(
        (1, file, ordinal),
        f"chunk_{file}_{ordinal}",
        f"file-{file}",
        "manual.pdf",
        content,
        ordinal * 100,
        ordinal * 100 + len(content),
        None,
        None,
        None,
        {},
        {},
    )


def make_passage(chunk: FoundChunk, score: float) -> Passage:
    return Passage(Ranked(Candidate(chunk.key, 0.5, 2.0), score), (chunk,))


def test_the_first_definitions_take_the_last_places() -> None:
    """As many as there is room for, with the lowest score and none of their own."""
    found = [make_passage(make_chunk(7, 70 + n, f"Encodes DER, case {n}."), 0.9 - n / 10) for n in range(3)]
    opening = [
        make_chunk(7, 2, "Rules (DER) come later."),
        make_chunk(7, 0, "A manual."),
        make_chunk(7, 1, "DER is a format."),
    ]

    passages = with_definitions(found, "DER", opening, limit=3)

    assert [passage.best.key[2] for passage in passages] == [70, 1, 2]
    assert [passage.found.score for passage in passages] == [0.9, 0.9, 0.9]
    assert passages[1].found.candidate.cosine is None
    assert with_definitions(found, "DER", opening, limit=1) == found[:1]


def test_the_files_that_were_found_first_are_looked_at() -> None:
    """Two of them, from their first chunk on."""
    found = [make_passage(make_chunk(file, 90, "DER"), 0.5) for file in (7, 7, 8, 9)]

    keys = openings(found)

    assert {key[1] for key in keys} == {7, 8}
    assert keys[0] == (1, 7, 0)


def test_a_definition_that_was_found_is_enough() -> None:
    """Lines are no sentences' ends."""
    assert says_what_it_is("shell", [make_chunk(1, 1, "At its base, a shell\nis a macro processor.")])
    assert not says_what_it_is("shell", [make_chunk(1, 1, "The shell reads.")])
