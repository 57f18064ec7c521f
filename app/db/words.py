"""Memberships whose words were read by an older version of the analyser, and their texts."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.lexemes import WORDS_VERSION
from app.db.connections import SystemConnections
from app.db.locks import keep_store
from app.models import Chunk, File, VectorStore, VectorStoreFile

_OUTDATED = text("""
    select project_id, vector_store_id, file_id from vector_store_files
    where chunk_count > 0 and words_version < :version and (vector_store_id, file_id) > (:store_id, :file_id)
    order by vector_store_id, file_id limit :limit
""")
_LEFT = text("""
    select vector_store_id, count(*) from vector_store_files
    where chunk_count > 0 and words_version < :version group by 1 order by 1
""")
_NOTE_DONE = text("""
    update vector_store_files
    set language = :language,
        words_done = case when chunk_count > :done then :done else 0 end,
        words_version = case when chunk_count > :done then words_version else :version end
    where project_id = :project_id and vector_store_id = :store_id and file_id = :file_id
""")


@dataclass(frozen=True, slots=True)
class OutdatedFile:
    """A membership that is to be read again for its words."""

    project_id: str
    store_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class WordsState:
    """The progress of a membership: `done` of its `chunks` are read again, the others still have the older `version`."""

    store: VectorStore
    filename: str
    language: str | None
    done: int
    chunks: int
    version: int


@dataclass(frozen=True, slots=True)
class WordedText:
    """A chunk's text and what stands above it."""

    heading: str | None
    table_header: str | None
    content: str


class OutdatedWords:
    """The memberships of all projects that are to be read again for their words."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def find(self, *, after: tuple[int, int], limit: int) -> list[OutdatedFile]:
        """Return the first ones beyond `after` (store, file), up to the limit."""
        border = {"store_id": after[0], "file_id": after[1]}
        async with self._connections.begin() as connection:
            rows = await connection.execute(_OUTDATED, border | {"version": WORDS_VERSION, "limit": limit})
            return [OutdatedFile(*row) for row in rows]

    async def count_by_store(self) -> dict[int, int]:
        """Return store → how many of its files are left."""
        async with self._connections.begin() as connection:
            rows = await connection.execute(_LEFT, {"version": WORDS_VERSION})
            return {row[0]: row[1] for row in rows}


class WordsReader:
    """The words of one project's memberships."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def find_state(self, store_id: int, file_id: int) -> WordsState | None:
        """Return how far a membership is, or None when it is gone."""
        query = (
            select(VectorStore, File.filename, VectorStoreFile)
            .join(VectorStore, VectorStore.id == VectorStoreFile.vector_store_id)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(
                VectorStoreFile.project_id == self._project_id,
                VectorStoreFile.vector_store_id == store_id,
                VectorStoreFile.file_id == file_id,
            )
        )
        row = (await self._session.execute(query)).first()
        if row is None:
            return None
        store, filename, member = row
        return WordsState(
            store, filename, member.language, member.words_done, member.chunk_count, member.words_version
        )

    async def texts(self, store_id: int, file_id: int, *, first: int, limit: int) -> list[WordedText]:
        """Return the texts of a membership's chunks from the `first` on, up to the limit."""
        query = (
            select(Chunk.heading, Chunk.table_header, Chunk.content)
            .where(Chunk.project_id == self._project_id)
            .where(Chunk.vector_store_id == store_id, Chunk.file_id == file_id, Chunk.ordinal >= first)
            .order_by(Chunk.ordinal)
            .limit(limit)
        )
        rows = await self._session.execute(query)
        return [WordedText(*row) for row in rows]


class WordsWriter(WordsReader):
    """The words of one project's memberships, to read and to change."""

    async def lock(self, store_id: int, file_id: int, state: WordsState) -> bool:
        """Lock a membership; False when it has changed since it was read, or another transaction holds it."""
        await keep_store(await self._session.connection(), self._project_id, store_id)
        query = (
            select(VectorStoreFile.file_id)
            .where(
                VectorStoreFile.project_id == self._project_id,
                VectorStoreFile.vector_store_id == store_id,
                VectorStoreFile.file_id == file_id,
                VectorStoreFile.words_version == state.version,
                VectorStoreFile.words_done == state.done,
                VectorStoreFile.chunk_count == state.chunks,
            )
            .with_for_update(skip_locked=True)
        )
        return await self._session.scalar(query) is not None

    async def note_done(self, store_id: int, file_id: int, *, done: int, language: str) -> None:
        """Note that a membership's first chunks are read again; with the last of them it is up to date."""
        values = {"store_id": store_id, "file_id": file_id, "done": done, "language": language}
        await self._session.execute(
            _NOTE_DONE, values | {"version": WORDS_VERSION, "project_id": self._project_id}
        )
