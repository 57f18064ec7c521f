"""Expiry: an expired store is shown, refuses searches and is swept; a search keeps a store alive."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.errors import InvalidRequest, NotFound, Overloaded
from app.core.searches import SearchOptions
from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.idempotent_answers import Slot
from app.library.files import FileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retriever, SearchRequest
from app.upkeep.expiry import Expiry
from tests.factories import CostlyEmbeddings, engine_of, make_store_with


async def age(db: Database, store_id: int, *, days: float, expires_after: int) -> None:
    """Let the store be last used this many days ago."""
    async with engine_of(db).begin() as connection:
        await connection.execute(
            text(
                "update vector_stores set expires_after_days = :expires, "
                "last_active_at = now() - make_interval(secs => 86400 * :days) where id = :id"
            ),
            {"expires": expires_after, "days": days, "id": store_id},
        )


async def test_an_expired_store_is_closed_and_emptied(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Its status says so, a search is refused, its files live on outside of it."""
    store, (entry,) = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    await age(db, store.id, days=3.1, expires_after=3)
    retriever = Retriever(db, QueryEmbedder(FallbackEmbeddings()))

    with pytest.raises(InvalidRequest) as refused:
        await retriever.search(caller, SearchRequest(("leave",), SearchOptions((store.public_id,))))
    await Expiry(db.system("expiry").expired_rows).sweep()

    assert refused.value.code == "vector_store_expired"
    swept = await VectorStoreLibrary(db).retrieve(caller, store.public_id)
    assert swept.store.is_expired
    assert (sum(swept.counts.values()), swept.store.chunk_count, swept.store.usage_bytes) == (0, 0, 0)
    assert (await FileLibrary(db).retrieve(caller, entry.file.public_id)).id == entry.file.id


async def test_a_search_keeps_a_store_alive(db: Database, caller: Caller, tmp_path: Path) -> None:
    """The time until it expires starts again."""
    store, _ = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    await age(db, store.id, days=2.9, expires_after=3)
    retriever = Retriever(db, QueryEmbedder(FallbackEmbeddings()))

    found = await retriever.search(caller, SearchRequest(("leave",), SearchOptions((store.public_id,))))

    expires_at = (await VectorStoreLibrary(db).retrieve(caller, store.public_id)).store.expires_at
    assert found.snippets
    assert expires_at is not None
    assert expires_at - dt.datetime.now(dt.UTC) > dt.timedelta(days=2.9)


async def test_expired_files_leave_their_stores(db: Database, caller: Caller, tmp_path: Path) -> None:
    """The bytes go, the chunks go, the store has counted them out."""
    store, (gone, stays) = await make_store_with(db, ["First text.", "Second text."], folder=tmp_path)
    async with engine_of(db).begin() as connection:
        await connection.execute(
            text("update files set expires_at = now() - interval '1 s' where id = :id"), {"id": gone.file.id}
        )

    await Expiry(db.system("expiry").expired_rows).sweep()

    counted = await VectorStoreLibrary(db).retrieve(caller, store.public_id)
    assert (counted.store.chunk_count, counted.counts) == (1, {"completed": 1})
    assert (await FileLibrary(db).retrieve(caller, stays.file.public_id)).id == stays.file.id
    with pytest.raises(NotFound):
        await FileLibrary(db).retrieve(caller, gone.file.public_id)
    async with engine_of(db).connect() as connection:
        left = await connection.scalar(
            text("select count(*) from files where id = :id"), {"id": gone.file.id}
        )
    assert left == 0


async def test_the_cache_keeps_the_newest(db: Database, tmp_path: Path) -> None:
    """Beyond its bound the oldest embeddings go."""
    texts = [f"Text number {number}." for number in range(6)]
    await make_store_with(db, texts, folder=tmp_path, embeddings=CostlyEmbeddings())

    await db.system("expiry").expired_rows.trim_cache(2)

    async with engine_of(db).connect() as connection:
        left = await connection.scalar(text("select count(*) from embedding_cache"))
    assert left == 2


async def test_old_answers_and_audit_entries_are_deleted(db: Database) -> None:
    """Answers for repeated requests after a day, the audit after more than a year."""
    answers, audit = db.system("idempotency").idempotent_answers, db.system("audit").audit
    for name in ("old", "new"):
        await answers.claim(Slot("proj_default", "", name, "token"))
        await audit.note("proj_default", "key.created", name)
    async with engine_of(db).begin() as connection:
        await connection.execute(
            text(
                "update idempotent_answers set created_at = now() - interval '25 hours' where idempotency_key = 'old'"
            )
        )
        await connection.execute(
            text("update audit_entries set created_at = now() - interval '401 days' where subject = 'old'")
        )

    await Expiry(db.system("expiry").expired_rows).sweep()

    async with engine_of(db).connect() as connection:
        kept = list(await connection.scalars(text("select idempotency_key from idempotent_answers")))
        audited = list(await connection.scalars(text("select subject from audit_entries")))
    assert (kept, audited) == (["new"], ["new"])


async def test_a_killed_servers_folders_are_swept_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold documents, so they go at the next start, whatever PostgreSQL does then."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "footnote-file-killed"
    left.mkdir()
    for name in (".held", "text"):
        (left / name).touch()
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    nowhere = Database.connect(DatabaseUrls(url, url))

    with pytest.raises(Overloaded):
        await Expiry(nowhere.system("expiry").expired_rows).sweep()

    assert not left.exists()
