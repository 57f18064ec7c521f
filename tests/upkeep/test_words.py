"""Words by file: its language, its name, and what an older release has left behind is read again."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.chunking import SentenceRule
from app.core.lexemes import WORDS_VERSION
from app.core.searches import SearchOptions
from app.core.types import Caller
from app.db.database import Database
from app.library.ingest import IngestFile
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.models import VectorStore
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retriever, SearchRequest
from app.upkeep.words import WordsCare
from tests.factories import engine_of, make_ingest, make_store_with, read_queue

_FRENCH = "Les congés payés sont posés deux mois avant l'été auprès du chef d'équipe."
_GERMAN = "Das Hochspannungsnetzgerät darf nur von den Fachleuten geöffnet werden."
_RUSSIAN = "Заявление на отпуск подаётся руководителю за две недели до начала отпуска."


async def found(db: Database, store: VectorStore, query: str) -> list[str]:
    """Return the names of the files that are found by a query's words, best first."""
    request = SearchRequest((query,), SearchOptions((store.public_id,), mode="lexical"))
    retrieval = await Retriever(db, QueryEmbedder(FallbackEmbeddings())).search(
        Caller("proj_default"), request
    )
    return [snippet.filename for snippet in retrieval.snippets]


async def make_old(db: Database, *, without_words: bool = False) -> None:
    """Leave the stores as an older release has filled them: with words of its own, or as 0.2.0 without any."""
    async with engine_of(db).begin() as connection:
        await connection.execute(text("update vector_stores set languages = '{}', language = 'eng'"))
        await connection.execute(text("update vector_store_files set words_version = 0, language = null"))
        if without_words:
            await connection.execute(text("delete from chunk_lexemes"))
            await connection.execute(text("delete from lexeme_counts"))
            await connection.execute(text("delete from lexeme_additions"))


async def words_in(db: Database) -> Sequence[object]:
    """Return all that is stored of words, counts summed up."""
    async with engine_of(db).connect() as connection:
        lexemes = await connection.execute(
            text("select file_id, ordinal, lexemes, weights::text from chunk_lexemes order by 1, 2")
        )
        counts = await connection.execute(
            text("""
            select lexeme, sum(chunks) from (
                select lexeme, chunks from lexeme_counts
                union all
                select each.lexeme, each.chunks
                from lexeme_additions a, unnest(a.lexemes, a.chunks) each (lexeme, chunks)
            ) counts group by 1 having sum(chunks) <> 0 order by 1""")
        )
        return [*lexemes.all(), *counts.all()]


async def test_each_file_is_in_its_own_language(db: Database, tmp_path: Path) -> None:
    """Whatever came first into the store; the store is in the first language that was recognised."""
    store, _ = await make_store_with(db, ["12 34.", _RUSSIAN, _GERMAN, _FRENCH], folder=tmp_path)

    assert await found(db, store, "руководители") == ["text-1.txt"]
    assert await found(db, store, "Netzgerät") == ["text-2.txt"]
    assert await found(db, store, "conge paye") == ["text-3.txt"]
    async with db.project("proj_default").read() as snapshot:
        fresh = await snapshot.vector_stores.get(store.public_id)
    assert (fresh.language, fresh.languages) == ("rus", ["und", "rus", "deu", "fra"])


async def test_a_given_language_is_that_of_all_files(db: Database, caller: Caller, tmp_path: Path) -> None:
    """A given language is not questioned."""
    made = await VectorStoreLibrary(db).create(
        caller, file_ids=[], chunking=SentenceRule(), fields={"name": "store", "language": "fin"}
    )

    await make_store_with(db, [_GERMAN], folder=tmp_path)

    async with db.project("proj_default").read() as snapshot:
        fresh = await snapshot.vector_stores.get(made.store.public_id)
    assert (fresh.language, fresh.languages) == ("fin", ["fin"])


async def test_files_are_found_by_their_names(db: Database, caller: Caller, tmp_path: Path) -> None:
    """The same bytes under two names are found by each: chunks are taken over, names are not."""
    library = make_ingest(db)
    store = await library.find_or_create_store(caller, "notes")
    path = tmp_path / "note.md"
    path.write_text("Phone 555 0146. Prefers evenings.", encoding="utf-8")
    for name in ("Tove-Berg.md", "Priya_Nair.md"):
        await library.submit(caller, store, IngestFile(path, name))
        await read_queue(db)

    assert await found(db, store, "phone number of Tove Berg") == ["Tove-Berg.md", "Priya_Nair.md"]
    assert await found(db, store, "Where is Nair?") == ["Priya_Nair.md"]


@pytest.mark.parametrize("without_words", [False, True])
async def test_what_an_older_release_has_read_is_read_again(
    db: Database, caller: Caller, tmp_path: Path, without_words: bool
) -> None:
    """Word for word as if it were read today, and counted once; a second look finds nothing to do."""
    texts = [_FRENCH, _GERMAN, _RUSSIAN]
    store, entries = await make_store_with(db, texts, folder=tmp_path)
    as_read_today = await words_in(db)
    await make_old(db, without_words=without_words)
    care = WordsCare(db)
    assert await care.left_by_store() == {store.id: 3}

    assert await care.catch_up() == 3

    assert await words_in(db) == as_read_today
    assert (await care.left_by_store(), await care.catch_up()) == ({}, 0)
    assert await found(db, store, "руководители") == ["text-2.txt"]
    files = VectorStoreFileLibrary(db, FallbackEmbeddings())
    entry = await files.retrieve(caller, store.public_id, entries[1].file.public_id)
    assert (entry.membership.language, entry.membership.words_version) == ("deu", WORDS_VERSION)


async def test_an_interrupted_reading_resumes(db: Database, tmp_path: Path) -> None:
    """A long file is read again in groups; the next process begins where the last has ended."""
    paragraphs = "\n\n".join(
        f"Paragraph {n} of the {n}th act. " + "It goes on and on. " * 30 for n in range(300)
    )
    await make_store_with(db, [paragraphs], folder=tmp_path)
    as_read_today = await words_in(db)
    await make_old(db)
    async with engine_of(db).begin() as connection:
        await connection.execute(text("update vector_store_files set words_done = 256, language = 'eng'"))
        await connection.execute(text("delete from chunk_lexemes where ordinal >= 256"))
        await connection.execute(text("delete from lexeme_counts"))
        await connection.execute(text("delete from lexeme_additions"))
        await connection.execute(
            text("""
            insert into lexeme_counts (vector_store_id, lexeme, chunks)
            select vector_store_id, lexeme & 4294967295, count(*) from chunk_lexemes, unnest(lexemes) lexeme
            group by 1, 2""")
        )

    assert await WordsCare(db).catch_up() == 1

    assert await words_in(db) == as_read_today


async def test_searches_find_words_while_they_are_read_again(db: Database, tmp_path: Path) -> None:
    """Before its turn a file is found by the words that the older release has read."""
    store, _ = await make_store_with(db, ["The glacier melts in the valley.", _GERMAN], folder=tmp_path)
    await make_old(db)

    assert await found(db, store, "glaciers") == ["text-0.txt"]
