"""Lexeme counts: true after files come and go, whether summed up or not, and gone with their store."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.chunk_words import chunk_words
from app.core.types import Caller
from app.db.database import Database
from app.library.files import FileLibrary
from app.library.vector_stores import VectorStoreLibrary
from tests.factories import engine_of, make_index_care, make_store_with


async def holding(db: Database, store_id: int, word: str) -> int:
    """Return how many of the store's chunks hold a word, by the counters."""
    (lexeme,) = chunk_words([word], "eng")[0].lexemes
    async with db.project("proj_default").read() as snapshot:
        return (await snapshot.lexemes.count_holding([store_id], [lexeme])).get(lexeme, 0)


@pytest.mark.parametrize("is_summed_before", [False, True])
async def test_counts_follow_the_files(
    db: Database, caller: Caller, tmp_path: Path, is_summed_before: bool
) -> None:
    """In with a file, out with it; summed up they are the same."""
    texts = ["The glacier melts.", "A glacier moves.", "The volcano sleeps."]
    store, entries = await make_store_with(db, texts, folder=tmp_path)
    assert await holding(db, store.id, "glaciers") == 2
    if is_summed_before:
        assert await db.system("index care").lexeme_totals.sum_up(min_rows=1) == 1
        assert await holding(db, store.id, "glaciers") == 2

    await FileLibrary(db).delete(caller, entries[0].file.public_id)
    before = await holding(db, store.id, "glacier")
    summed = await db.system("index care").lexeme_totals.sum_up(min_rows=1)

    assert (before, summed) == (1, 1)
    assert await holding(db, store.id, "glacier") == 1
    assert await holding(db, store.id, "volcano") == 1
    assert await holding(db, store.id, "melt") == 0
    assert await db.system("index care").lexeme_totals.sum_up(min_rows=1) == 0


async def test_what_came_lately_is_added_to_the_totals(db: Database, tmp_path: Path) -> None:
    """Words that no new file holds stay as they are."""
    totals = db.system("index care").lexeme_totals
    texts = ["The glacier melts.", "The volcano sleeps."]
    store, _ = await make_store_with(db, texts, folder=tmp_path)
    await totals.sum_up(min_rows=1)
    before = await _rows(db, store.id)
    # The first two are there.
    await make_store_with(db, [*texts, "A glacier moves."], folder=tmp_path)

    assert await totals.sum_up(min_rows=1) == 1

    after = await _rows(db, store.id)
    assert {word: await holding(db, store.id, word) for word in ("glacier", "volcano", "move")} == {
        "glacier": 2,
        "volcano": 1,
        "move": 1,
    }
    # The files share a word of their names, too.
    assert len(after & before) == len(before) - 2
    assert all(is_total for *_, is_total in after)


async def test_a_store_at_rest_is_summed_up_earlier(db: Database, tmp_path: Path) -> None:
    """Then searches read one row for each word."""
    texts: list[str] = []
    for first in range(0, 1_000, 200):
        texts.append(" ".join(f"word{number}" for number in range(first, first + 200)))
        store, _ = await make_store_with(db, texts, folder=tmp_path)

    await make_index_care(db).tidy_words(at_rest=False)
    assert not await _rows(db, store.id)
    await make_index_care(db).tidy_words(at_rest=True)
    assert len(await _rows(db, store.id)) > 1_000


async def _rows(db: Database, store_id: int) -> set[tuple[object, ...]]:
    async with engine_of(db).connect() as connection:
        rows = await connection.execute(
            text("select id, lexeme, chunks, is_total from lexeme_counts where vector_store_id = :id"),
            {"id": store_id},
        )
        return {tuple(row) for row in rows}


async def test_counts_go_with_their_store(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Nothing of a deleted store is left; other stores keep theirs."""
    gone, _ = await make_store_with(db, ["The glacier melts."], folder=tmp_path, name="gone")
    kept, _ = await make_store_with(db, ["A glacier moves."], folder=tmp_path, name="kept")
    await VectorStoreLibrary(db).delete(caller, gone.public_id)

    await db.system("index care").lexeme_totals.sum_up(min_rows=1_000)

    async with engine_of(db).connect() as connection:
        left = await connection.scalars(
            text(
                "select vector_store_id from lexeme_counts union select vector_store_id from lexeme_additions"
            )
        )
        assert list(left) == [kept.id]


async def test_new_words_are_sorted_into_their_index(db: Database, tmp_path: Path) -> None:
    """They wait in a list that every search reads from end to end, until index care comes."""
    totals = db.system("index care").lexeme_totals
    await make_store_with(db, ["The glacier melts."], folder=tmp_path, name="first")
    first = await totals.sort_in()
    await make_store_with(db, ["A volcano sleeps."], folder=tmp_path, name="second")
    await make_index_care(db).tidy_words(at_rest=False)

    assert first > 0
    assert await totals.sort_in() == 0
