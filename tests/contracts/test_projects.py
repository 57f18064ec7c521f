"""The wall between projects: one project neither finds nor changes the rows of another, even with that one's keys."""

import datetime as dt
import inspect
import io
import re
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import psycopg
import sqlalchemy.exc
from sqlalchemy import text

from app.core.errors import NotFound
from app.core.types import Caller
from app.db.database import Database
from app.db.project import ProjectWriter
from app.db.project_files import ProjectFiles
from app.db.project_ingest import ProjectIngest
from app.db.project_search import ProjectSearch
from app.models import (
    Record,
)
from tests.conftest import _CLEAN
from tests.factories import engine_of, make_store_with
from tests.repository_calls import (
    EMPTY,
    FILES,
    INGESTS,
    MAKING,
    OTHER,
    READS,
    SEARCHES,
    SPACE,
    WRITES,
    Rows,
    made_upload,
)


async def test_another_project_finds_nothing(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Every way of reading is tried with A's own keys; a row of A's that came back would be a leak."""
    a = await _write(db, caller, tmp_path)

    for name, read in READS.items():
        async with db.project(caller.project_id).read() as reader:
            # A finds its own rows, so that finding nothing as B means something. These have nothing to find.
            if name not in EMPTY:
                assert not _is_nothing(await read(reader, a)), f"{name} does not find its own rows"
        async with db.project(OTHER).read() as reader:
            found = None
            with suppress(NotFound, sqlalchemy.exc.NoResultFound):
                found = await read(reader, a)
            assert _is_nothing(found), f"{name} shows another project's rows"


async def test_a_search_of_another_project_finds_nothing(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """Searches go past the readers, and each of their messages is tried with A's own keys."""
    a = await _write(db, caller, tmp_path)

    for name, search in SEARCHES.items():
        assert not _is_nothing(await search(db.project(caller.project_id).search, a)), f"{name} finds nothing"
        found = None
        with suppress(NotFound):
            found = await search(db.project(OTHER).search, a)
        assert _is_nothing(found), f"{name} shows another project's rows"


async def test_an_ingest_of_another_project_finds_and_stores_nothing(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """It goes past the readers and writers, too, and a claim of A's says nothing to B."""
    a = await _write(db, caller, tmp_path)
    async with engine_of(db).begin() as connection:
        await connection.execute(text("update vector_store_files set status = 'in_progress'"))
    before = await _rows_of(db, caller.project_id)

    for name, ingest in INGESTS.items():
        assert _is_nothing(await ingest(db.project(OTHER).ingest, a)), f"{name} shows another project's rows"
        assert await _rows_of(db, caller.project_id) == before, f"{name} changes another project's rows"
    assert not _is_nothing(await INGESTS["find"](db.project(caller.project_id).ingest, a))


async def test_files_of_another_project_are_neither_found_nor_attached(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """Uploads, attaching and looking on go past the readers and writers, too."""
    a = await _write(db, caller, tmp_path)
    before = await _rows_of(db, caller.project_id)

    for name, call in FILES.items():
        found = None
        with suppress(NotFound):
            found = await call(db.project(OTHER).files, a)
        assert name == "create_small" or _is_nothing(found), f"{name} shows another project's rows"
        assert await _rows_of(db, caller.project_id) == before, f"{name} changes another project's rows"
    for name in ("find_to_attach", "get_member"):
        assert not _is_nothing(await FILES[name](db.project(caller.project_id).files, a))


async def test_another_project_changes_nothing(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Every way of writing is tried with A's own keys, and no row of A's changes."""
    a = await _write(db, caller, tmp_path)
    before = await _rows_of(db, caller.project_id)

    await db.project(OTHER).retrievals.create({"ret_b": {"chunks": [{"file_id": a.file.public_id}]}})
    assert await _rows_of(db, caller.project_id) == before, "a record of B's changes another project's rows"

    for name, write in WRITES.items():
        found: object = None
        with suppress(NotFound, sqlalchemy.exc.SQLAlchemyError, psycopg.Error):
            async with db.project(OTHER).write() as writer:
                found = await write(writer, a)
        assert name in MAKING or _is_nothing(found), f"{name} shows another project's rows"
        assert await _rows_of(db, caller.project_id) == before, f"{name} changes another project's rows"


def test_every_way_through_the_wall_is_tried() -> None:
    """A new repository or method fails the test until it is in one of the two lists."""
    tried = set(READS) | set(WRITES)
    ways = {
        f"{repository}.{method}"
        for repository, part in inspect.getmembers(
            ProjectWriter, lambda member: isinstance(member, cached_property)
        )
        for method, _ in inspect.getmembers(
            inspect.get_annotations(part.func, eval_str=True)["return"], callable
        )
        if not method.startswith("_")
    }

    assert tried == ways - {"chunk_search.explain"}
    messages = inspect.getmembers(ProjectSearch, inspect.isfunction)
    assert set(SEARCHES) == {name for name, _ in messages if not name.startswith("_")}
    messages = inspect.getmembers(ProjectFiles, inspect.isfunction)
    assert set(FILES) == {name for name, _ in messages if not name.startswith("_")}
    messages = inspect.getmembers(ProjectIngest, inspect.isfunction)
    assert set(INGESTS) == {name for name, _ in messages if not name.startswith("_")}


async def _write(db: Database, caller: Caller, folder: Path) -> Rows:
    """Write a row of each kind as A, and make a project B."""
    async with engine_of(db).begin() as connection:
        await connection.execute(text("insert into projects (id) values (:id)"), {"id": OTHER})
    store, (older, newer) = await make_store_with(db, ["Leave lasts nine months.", "It ends."], folder=folder)
    async with db.project(caller.project_id).write() as tx:
        entry = await tx.vector_store_files.get_locked(store.id, newer.file.public_id)
        batch = await tx.file_batches.create(store.id)
        await tx.file_batches.add(batch, entry.membership)
        await tx.vector_store_files.update_attributes(entry.membership, {"year": 2020})
        entry.membership.lease_token = "token"
        entry.membership.replaces_same_name = True
        entry.file.filename = older.file.filename
        upload = await tx.uploads.create(
            made_upload(caller.project_id, "upload_a"), life=dt.timedelta(hours=1)
        )
        part = await tx.uploads.add_part(upload, io.BytesIO(b"a"), size_bytes=1)
        await tx.imports.note("elsewhere", "remote", entry.file.public_id)
        body = {"id": "resp_a", "output": []}
        await tx.responses.create(body, [], given=[{"id": "item_a"}], previous_id=None, life=None)
        response = await tx.responses.get("resp_a")
        conversation = await tx.conversations.create({})
        await tx.conversations.add(conversation, [{"id": "item_a"}])
        await tx.reembedding.begin(store.id, SPACE)
        store = await tx.vector_stores.get_by_key(store.id)
    await db.project(caller.project_id).retrievals.create({"ret_a": {"chunks": []}})
    async with engine_of(db).connect() as connection:
        query = text("""
            select c.content_sha256, c.embedding, l.lexemes[1] & 4294967295
            from chunks c join chunk_lexemes l using (vector_store_id, file_id, ordinal) where c.file_id = :file_id""")
        sha256, embedding, lexeme = (await connection.execute(query, {"file_id": entry.file.id})).one()
    return Rows(
        store, entry.file, entry.membership, batch, upload, part, response, conversation, sha256, embedding.to_numpy().astype(np.float32), lexeme
    )  # fmt: skip


async def _rows_of(db: Database, project_id: str) -> dict[str, list[str]]:
    async with engine_of(db).connect() as connection:
        return {
            name: sorted(
                await connection.scalars(
                    text(f"select t::text from {name} t where project_id = :project_id"),
                    {"project_id": project_id},
                )
            )
            for name, table in Record.metadata.tables.items()
            if "project_id" in table.columns
        }


def _is_nothing(value: object) -> bool:
    """Whether a value is empty, at any depth of nesting."""
    if isinstance(value, dict):
        return all(_is_nothing(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_is_nothing(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return all(_is_nothing(getattr(value, field.name)) for field in fields(value))
    return not value


def test_rows_of_every_table_are_deleted_between_tests() -> None:
    """By name, or with the rows that they belong to. What is left would be found by the tests that follow."""
    tables = Record.metadata.tables
    emptied = set(re.findall(r"delete from (\w+)\b(?! where)", _CLEAN)) - {"projects"}
    while more := {
        name
        for name, table in tables.items()
        if name not in emptied
        and any(key.ondelete == "CASCADE" and key.column.table.name in emptied for key in table.foreign_keys)
    }:
        emptied |= more

    assert set(tables) - emptied == {"projects", "secrets"}
