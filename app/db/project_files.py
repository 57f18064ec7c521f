"""Files of one project as clients ask for them while they are read, over direct connections: uploaded, attached, looked at."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, or_, select, text

from app.core.chunking import ChunkingRule
from app.db.direct import Rows, bind
from app.db.files import no_file
from app.db.jobs import CHANNEL
from app.db.read_replicas import ReadReplicas
from app.db.records import columns_of, record_of, width_of
from app.db.server import Server
from app.db.statements import DIALECT, Bound, Statement, compiled
from app.db.vector_store_files import StoreFile, content_key, not_held
from app.db.vector_stores import no_store
from app.models import File, VectorStore, VectorStoreFile
from app.models.base import ChunkingJson

_SETTINGS = compiled(
    text("""
    select set_config('footnote.project', :project_id, true), set_config('statement_timeout', '15s', true),
           set_config('idle_in_transaction_session_timeout', '10s', true), set_config('lock_timeout', '3s', true)
""")
)
_wanted_store = (
    select(VectorStore)
    .where(VectorStore.project_id == bindparam("project_id"))
    .where(or_(VectorStore.public_id == bindparam("store"), VectorStore.name == bindparam("store")))
    .order_by(VectorStore.public_id != bindparam("store"), VectorStore.id)
    .limit(1)
)
_wanted_key = _wanted_store.with_only_columns(VectorStore.id)
_STORE = compiled(_wanted_store.with_only_columns(*columns_of(VectorStore)))
_STORE_KEY = compiled(_wanted_key)
_FILE = compiled(
    select(*columns_of(File))
    .where(File.project_id == bindparam("project_id"), File.public_id == bindparam("file"))
    .where(or_(File.expires_at.is_(None), File.expires_at > func.now()))
)
_file_key = select(File.id).where(
    File.project_id == bindparam("project_id"), File.public_id == bindparam("file")
)
# Both keys come first. A join by the file's public id may be planned while the tables are small, to go through all files of
# the store, and that plan stays until there are statistics.
_MEMBER = compiled(
    select(*columns_of(VectorStoreFile), *columns_of(File))
    .join(File, File.id == VectorStoreFile.file_id)
    .where(VectorStoreFile.project_id == bindparam("project_id"), File.project_id == bindparam("project_id"))
    .where(VectorStoreFile.vector_store_id == _wanted_key.scalar_subquery())
    .where(VectorStoreFile.file_id == _file_key.scalar_subquery())
)
_LOCK_CONTENT = compiled(text("select pg_advisory_xact_lock(:key)"))
# The columns in the order of the record's.
_MEMBER_NAMES = ", ".join(f"m.{column.name}" for column in columns_of(VectorStoreFile))
_ATTACH = compiled(
    text(f"""
    with m as (
        insert into vector_store_files (vector_store_id, file_id, project_id, status, attributes, chunking)
        select s.id, f.id, f.project_id, 'in_progress', cast(:attributes as jsonb), cast(:chunking as jsonb)
        from files f join vector_stores s on s.project_id = f.project_id
        where f.id = :file_id and f.project_id = :project_id and s.id = :store_id
        on conflict do nothing returning *
    )
    select pg_notify('{CHANNEL}', ''), {_MEMBER_NAMES} from m
""")  # noqa: S608 - only names of our own
)
_CREATE = compiled(
    text(f"""
    with made as (
        insert into files (public_id, project_id, filename, purpose, mime_type, size_bytes, sha256, expires_at)
        values (:public_id, :project_id, :filename, :purpose, :mime_type, :size_bytes, :sha256,
                now() + make_interval(secs => :life))
        returning *
    ),
    first as (insert into file_parts (file_id, ordinal, project_id, data) select id, 0, project_id, :data from made where size_bytes > 0)
    select {", ".join(column.name for column in columns_of(File))} from made
""")  # noqa: S608 - as above
)


class ProjectFiles:
    """One project's files, each step of their way in one message. What a bound key reaches is not asked here."""

    def __init__(self, primary: Server, reads: ReadReplicas, writes: ReadReplicas, project_id: str) -> None:
        self._primary = primary
        self._reads = reads
        self._writes = writes
        self._project_id = project_id

    async def create_small(self, file: File, data: bytes, *, life: dt.timedelta | None = None) -> File:
        """Store a file's record and its bytes, which are a single piece. Without a life it does not expire."""
        self._primary.failures.check_room()
        given = {
            "public_id": file.public_id,
            "filename": file.filename,
            "purpose": file.purpose,
            "mime_type": file.mime_type,
            "size_bytes": len(data),
            "sha256": file.sha256,
            "data": data,
            "life": None if life is None else life.total_seconds(),
        }
        (row,) = await self._write(self._bound(_CREATE, given))
        return record_of(File, row)

    async def find_to_attach(self, store: str, file_id: str) -> tuple[VectorStore, File]:
        """Return a store of this id or name, and a file; NotFound says which of them is not there."""
        given = {"store": store, "file": file_id}
        asked = [self._settings(), self._bound(_STORE, given), self._bound(_FILE, given)]
        _, stores, files = await self._primary.direct.run(asked)
        if not stores:
            raise no_store(store)
        if not files:
            raise no_file(file_id)
        return record_of(VectorStore, stores[0]), record_of(File, files[0])

    async def attach(
        self, store: VectorStore, file: File, *, attributes: Mapping[str, Any], chunking: ChunkingRule
    ) -> VectorStoreFile | None:
        """Put a file into a store, to be read; None, without a change, if it is there or has been deleted."""
        lock = bind(_LOCK_CONTENT, {"key": content_key(store.id, file.sha256)}, is_read=False)
        given = {
            "store_id": store.id,
            "file_id": file.id,
            "attributes": dict(attributes),
            "chunking": ChunkingJson().process_bind_param(chunking, DIALECT),
        }
        rows = await self._write(lock, self._bound(_ATTACH, given))
        return record_of(VectorStoreFile, rows[0][1:]) if rows else None

    async def get_member(self, store: str, file_id: str) -> StoreFile:
        """Return a file of the store of this id or name, whatever the key reaches; NotFound says which is not there."""
        given = {"store": store, "file": file_id}
        stores, rows = await self._read(self._bound(_STORE_KEY, given), self._bound(_MEMBER, given))
        if not stores:
            raise no_store(store)
        if not rows:
            raise not_held(file_id)
        width = width_of(VectorStoreFile)
        return StoreFile(record_of(VectorStoreFile, rows[0][:width]), record_of(File, rows[0][width:]))

    async def _read(self, *batch: Bound) -> list[Rows]:
        sent = [self._settings(), *batch]
        return (await self._reads.run(self._project_id, lambda connections: connections.run(sent)))[1:]

    async def _write(self, *batch: Bound) -> Rows:
        """Return the rows of the last statement, all of which are one transaction."""
        *_, rows = await self._primary.direct.run([self._settings(), *batch])
        await self._writes.note_write(self._project_id)
        return rows

    def _settings(self) -> Bound:
        return bind(_SETTINGS, {"project_id": self._project_id}, is_read=False)

    def _bound(self, statement: Statement, given: Mapping[str, object]) -> Bound:
        return bind(statement, {"project_id": self._project_id, **given})
