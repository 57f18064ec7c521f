"""Lexeme counts: true after files come and go, whether summed up or not, and gone with their store."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.lexemes import chunk_words
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
        assert await db.system("index care").lexeme_totals.sum_up(min_lexemes=1) == 1
        assert await holding(db, store.id, "glaciers") == 2

    await FileLibrary(db).delete(caller, entries[0].file.public_id)
    before = await holding(db, store.id, "glacier")
    summed = await db.system("index care").lexeme_totals.sum_up(min_lexemes=1)

    assert (before, summed) == (1, 1)
    assert await holding(db, store.id, "glacier") == 1
    assert await holding(db, store.id, "volcano") == 1
    assert await holding(db, store.id, "melt") == 0
    assert await db.system("index care").lexeme_totals.sum_up(min_lexemes=1) == 0


async def test_counts_go_with_their_store(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Nothing of a deleted store is left; other stores keep theirs."""
    gone, _ = await make_store_with(db, ["The glacier melts."], folder=tmp_path, name="gone")
    kept, _ = await make_store_with(db, ["A glacier moves."], folder=tmp_path, name="kept")
    await VectorStoreLibrary(db).delete(caller, gone.public_id)

    await db.system("index care").lexeme_totals.sum_up(min_lexemes=1_000)

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
    await make_index_care(db).tidy_words()

    assert first > 0
    assert await totals.sort_in() == 0
