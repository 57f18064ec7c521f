"""What PostgreSQL's failures become, and what of them may be logged."""

import asyncio
from pathlib import Path

import psycopg
import pytest
import sqlalchemy.exc
from sqlalchemy import text

from app.core.chunking import SentenceRule
from app.core.errors import DiskFull, FootnoteError, InvalidRequest, NotFound, Overloaded
from app.core.types import Caller
from app.db.connections import Failures
from app.db.database import Database
from app.library.files import FileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.models import VectorStoreFile
from tests.factories import make_store_with

SENTINEL = "sentinel-of-a-document"


def all_texts(error: BaseException | None) -> str:
    texts = ""
    while error is not None:
        texts += f"{error!r} {error}\n"
        error = error.__cause__ or error.__context__
    return texts


@pytest.mark.parametrize(
    ("statement", "raised", "said"),
    [
        ("select no_such_column from files where filename = :value", sqlalchemy.exc.DBAPIError, "no_such_column"),
        ("select cast(:value as integer)", InvalidRequest, "22P02"),
        ("insert into projects (id) values ('proj_default'), (:value)", sqlalchemy.exc.DBAPIError, "23505"),
        ("do $$ begin raise exception 'told' using detail = 'sentinel-of' || '-a-document'; end $$", sqlalchemy.exc.DBAPIError, "told"),
    ],
)  # fmt: skip
async def test_no_error_holds_a_value(
    db: Database, caller: Caller, statement: str, raised: type[Exception], said: str
) -> None:
    """Neither a parameter, nor a row that PostgreSQL quotes."""
    values = {"value": SENTINEL} if ":value" in statement else {}
    with pytest.raises(raised) as caught:
        async with db.project(caller.project_id).write() as tx:
            await tx._session.execute(text(statement), values)

    texts = all_texts(caught.value)
    assert said in texts
    assert SENTINEL not in texts


async def test_a_transaction_that_idled_too_long_is_a_503(db: Database, caller: Caller) -> None:
    """PostgreSQL ends its connection, and the next statement says so."""

    async def idle() -> None:
        async with db.project(caller.project_id).write() as tx:
            await tx._session.execute(text("set local idle_in_transaction_session_timeout = '50ms'"))
            await asyncio.sleep(0.3)
            await tx._session.execute(text("select 1"))

    with pytest.raises(Overloaded):
        await idle()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.errors.DiskFull("no room"), DiskFull),
        (psycopg.errors.IdleInTransactionSessionTimeout("idle"), Overloaded),
        (psycopg.errors.QueryCanceled("too long"), Overloaded),
        (psycopg.errors.NumericValueOutOfRange("99"), InvalidRequest),
    ],
)
async def test_copy_fails_as_statements_do(
    db: Database, error: psycopg.Error, expected: type[FootnoteError]
) -> None:
    """It goes past SQLAlchemy, so that the errors are psycopg's own."""
    with pytest.raises(expected) as caught, Failures(db.pulse, None).translated():
        raise error

    assert type(caught.value) is expected


@pytest.mark.parametrize("change", ["batch", "file", "name"])
async def test_what_was_deleted_meanwhile_is_not_found(
    db: Database, caller: Caller, tmp_path: Path, change: str
) -> None:
    """A request has found a store and a file, and before it writes, another one deletes them."""
    store, (submitted,) = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    made = await VectorStoreLibrary(db).create(caller, file_ids=[], chunking=SentenceRule(), fields={})
    await FileLibrary(db).delete(caller, submitted.file.public_id)
    await VectorStoreLibrary(db).delete(caller, store.public_id)

    async def write() -> None:
        async with db.project(caller.project_id).write() as tx:
            if change == "batch":
                await tx.file_batches.create(store.id)
            elif change == "file":
                file = submitted.file
                member = VectorStoreFile(
                    vector_store_id=made.store.id, file_id=file.id, project_id=file.project_id, attributes={},
                    chunking=SentenceRule(),
                )  # fmt: skip
                await tx.jobs.queue(member)
            else:
                await tx.vector_stores.update(store, {"name": "other"})

    with pytest.raises(NotFound) as raised:
        await write()

    said = {"batch": "The vector store was", "file": "A file was", "name": store.public_id}[change]
    assert said in raised.value.message
