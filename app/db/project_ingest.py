"""Files of one project that are read into a store, over direct connections: found in one message, stored in few."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from psycopg.errors import DivisionByZero
from sqlalchemy import BigInteger, and_, bindparam, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.core.errors import NotFound
from app.core.file_status import FileStatus
from app.core.types import EmbeddingSpace
from app.db.announcements import TELL_READ
from app.db.chunk_search import moved
from app.db.chunks import CHUNK_COLUMNS, NewChunk, chunk_rows
from app.db.copying import copy_pieces, copy_statement
from app.db.direct import bind
from app.db.jobs import COMPLETED, Claim, Held, completion
from app.db.lexemes import ADD_COUNTS, LEXEME_COLUMNS, lexeme_rows
from app.db.locks import KEEP_STORE
from app.db.read_replicas import ReadReplicas
from app.db.records import columns_of, record_of, width_of
from app.db.server import Server
from app.db.statements import Bound, Statement, compiled
from app.db.vector_store_files import StoreFile
from app.db.vector_stores import TAKE_IN, Added, taken_in
from app.models import File, FilePart, VectorStore, VectorStoreFile

_BEGIN = Bound(Statement(b"begin isolation level read committed, read write"))
_COMMIT = Bound(Statement(b"commit"))
_ROLLBACK = Bound(Statement(b"rollback"))
_SETTINGS = compiled(
    text("""
    select set_config('footnote.project', :project_id, true), set_config('statement_timeout', :timeout, true),
           set_config('idle_in_transaction_session_timeout', '10s', true), set_config('lock_timeout', '3s', true)
""")
)
_READ_SECONDS = 15
# Even a file of hundreds of thousands of chunks is stored in one transaction.
_STORE_SECONDS = 900

_other = aliased(File)
_other_member = aliased(VectorStoreFile)
# Not by EXISTS, for which PostgreSQL may gather all files that were ever read.
_READ_BEFORE = (
    select(_other.id)
    .select_from(_other)
    .join(_other_member, _other_member.file_id == _other.id)
    .where(_other.project_id == bindparam("project_id"), _other.sha256 == File.sha256)
    .where(_other_member.status == literal_column(f"'{FileStatus.COMPLETED}'"))
    .correlate(File)
    .limit(1)
    .scalar_subquery()
)
_CLAIMED = compiled(
    select(_READ_BEFORE, FilePart.data, *columns_of(VectorStoreFile), *columns_of(File))
    .select_from(VectorStoreFile)
    .join(File, File.id == VectorStoreFile.file_id)
    .join(FilePart, and_(FilePart.file_id == File.id, FilePart.ordinal == literal_column("0")), isouter=True)
    .where(VectorStoreFile.project_id == bindparam("project_id"), File.project_id == bindparam("project_id"))
    .where(VectorStoreFile.vector_store_id == bindparam("store_id"))
    .where(VectorStoreFile.file_id == func.any(bindparam("file_ids", type_=ARRAY(BigInteger))))
)
_STORE = compiled(
    select(*columns_of(VectorStore)).where(
        VectorStore.project_id == bindparam("project_id"), VectorStore.id == bindparam("store_id")
    )
)
_KEEP_STORE = compiled(KEEP_STORE)
_LOCK_CLAIMED = compiled(
    text(f"""
    select file_id from vector_store_files
    where project_id = :project_id and vector_store_id = :store_id and file_id = any(cast(:file_ids as bigint[]))
      and lease_token = :token and status = '{FileStatus.IN_PROGRESS}'
    order by file_id for update
""")  # noqa: S608 - a status of our own
)
_ADD_COUNTS = compiled(ADD_COUNTS)
_COMPLETED = compiled(COMPLETED)
_TELL_READ = compiled(TELL_READ)
# Fails where nothing is taken in, so that the commit can lie in the same message: the store's row is locked until it is done.
_TAKE_IN_OR_FAIL = compiled(text(f"with taken as ({TAKE_IN.text}) select 1 / count(*) from taken"))  # noqa: S608 - our own
_CHUNKS = copy_statement("chunks", CHUNK_COLUMNS)
_LEXEMES = copy_statement("chunk_lexemes", LEXEME_COLUMNS)


@dataclass(frozen=True, slots=True)
class ClaimedFiles:
    """What claims are for: the store, its files with the first pieces of their bytes, and which were read before."""

    store: VectorStore
    jobs: Mapping[Claim, StoreFile]
    first_parts: Mapping[int, bytes]
    read_before: frozenset[int]


class ReadFile(Protocol):
    """What was read of a file: its chunks, which can be gone through more than once, and what is noted of them."""

    def __iter__(self) -> Iterator[NewChunk]: ...

    @property
    def held(self) -> Held: ...


class ProjectIngest:
    """Reads files into one project's stores."""

    def __init__(self, primary: Server, writes: ReadReplicas, project_id: str) -> None:
        self._failures = primary.failures
        self._connections = primary.direct
        self._writes = writes
        self._project_id = project_id

    async def find(self, claims: Sequence[Claim]) -> ClaimedFiles | None:
        """Return what claims that were made together are for, None when nothing of it is left; NotFound without a store."""
        keys = self._keys(claims)
        asked = [self._settings(_READ_SECONDS), bind(_CLAIMED, keys), bind(_STORE, keys)]
        _, rows, stores = await self._connections.run(asked)
        if not rows:
            return None
        if not stores:
            raise NotFound("The vector store was deleted.")
        width = 2 + width_of(VectorStoreFile)
        found = {
            file.id: StoreFile(record_of(VectorStoreFile, row[2:width]), file)
            for row in rows
            for file in [record_of(File, row[width:])]
        }
        return ClaimedFiles(
            record_of(VectorStore, stores[0]),
            {claim: found[claim.file_id] for claim in claims if claim.file_id in found},
            {file_id: row[1] for file_id, row in zip(found, rows, strict=True) if row[1] is not None},
            frozenset(file_id for file_id, row in zip(found, rows, strict=True) if row[0] is not None),
        )

    async def put(self, read: Mapping[Claim, ReadFile], space: EmbeddingSpace) -> list[Claim]:
        """Store files that had no chunks, complete their memberships and count them in; return the claims that still held.

        Raises Overloaded if the store's chunks are of another space by now.
        """
        self._failures.check_room()
        keys = self._keys(list(read))
        opening = [_BEGIN, self._settings(_STORE_SECONDS), bind(_KEEP_STORE, keys), bind(_LOCK_CLAIMED, keys)]
        async with self._connections.opened(opening) as (connection, rows):
            living = {file_id for (file_id,) in rows[3]}
            held = {claim.file_id: one for claim, one in read.items() if claim.file_id in living}
            if not held:
                await connection.run([_ROLLBACK])
                return []
            holding: Counter[int] = Counter()
            await connection.copy(self._copies(keys["store_id"], held, holding))
            try:
                closing = self._closing(keys, held, holding, space)
                await connection.run(closing, answer_seconds=_STORE_SECONDS)
            except DivisionByZero as error:
                raise moved() from error
        await self._writes.note_write(self._project_id)
        return [claim for claim in read if claim.file_id in held]

    def _copies(
        self, store_id: int, held: Mapping[int, ReadFile], holding: Counter[int]
    ) -> list[tuple[bytes, Iterable[bytes]]]:
        words = {file_id: (chunk.words for chunk in one) for file_id, one in held.items()}
        chunks = chunk_rows(self._project_id, store_id, held)
        lexemes = lexeme_rows(self._project_id, store_id, words, holding)
        return [
            (_CHUNKS, copy_pieces(CHUNK_COLUMNS, chunks)),
            (_LEXEMES, copy_pieces(LEXEME_COLUMNS, lexemes)),
        ]

    def _closing(
        self,
        keys: Mapping[str, object],
        held: Mapping[int, ReadFile],
        holding: Counter[int],
        space: EmbeddingSpace,
    ) -> list[Bound]:
        """Return the last statements. The one before the commit locks the store's row, which others wait for."""
        notes = {file_id: one.held for file_id, one in held.items()}
        added = Added(
            files=sum(one.chunk_count > 0 for one in notes.values()),
            chunks=sum(one.chunk_count for one in notes.values()),
            usage_bytes=sum(one.usage_bytes for one in notes.values()),
            languages=[one.language for one in notes.values()],
        )
        counted = {"lexemes": list(holding), "counts": list(holding.values())}
        return [
            bind(_ADD_COUNTS, {**keys, **counted}),
            bind(_COMPLETED, {**keys, **completion(notes)}),
            bind(_TELL_READ, {**keys, "file_ids": list(notes)}, is_read=False),
            bind(_TAKE_IN_OR_FAIL, {**keys, **taken_in(space, added)}, is_read=False),
            _COMMIT,
        ]

    def _keys(self, claims: Sequence[Claim]) -> dict[str, Any]:
        return {
            "project_id": self._project_id,
            "store_id": claims[0].store_id,
            "file_ids": [claim.file_id for claim in claims],
            "token": claims[0].token,
        }

    def _settings(self, seconds: int) -> Bound:
        given = {"project_id": self._project_id, "timeout": f"{seconds}s"}
        return bind(_SETTINGS, given, is_read=False)
