"""One project's rows in a transaction: readers, and writers that can also change rows. Each repository is made on first use."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.types import Caller
from app.db.audit import AuditWriter
from app.db.chunk_search import ChunkSearch
from app.db.chunks import ChunkWriter
from app.db.claimed_files import ClaimedFileReader
from app.db.conversations import ConversationReader, ConversationWriter
from app.db.embedding_cache import EmbeddingCache
from app.db.file_batches import FileBatchReader, FileBatchWriter
from app.db.files import FileReader, FileWriter
from app.db.imports import ImportReader, ImportWriter
from app.db.jobs import JobWriter
from app.db.lexemes import LexemeReader, LexemeWriter
from app.db.listings import ListingReader
from app.db.reembedding import ReembeddingReader, ReembeddingWriter
from app.db.responses import ResponseReader, ResponseWriter
from app.db.retrievals import RetrievalReader
from app.db.uploads import UploadReader, UploadWriter
from app.db.vector_store_files import VectorStoreFileReader, VectorStoreFileWriter
from app.db.vector_stores import VectorStoreReader, VectorStoreWriter
from app.db.words import WordsReader, WordsWriter


class ProjectReader:
    """Reads one project's rows, all as of one moment."""

    def __init__(self, session: AsyncSession, connection: AsyncConnection, caller: Caller) -> None:
        self._session = session
        self._connection = connection
        self._caller = caller
        self._project_id = caller.project_id

    @cached_property
    def files(self) -> FileReader:
        return FileReader(self._session, self._caller)

    @cached_property
    def vector_stores(self) -> VectorStoreReader:
        return VectorStoreReader(self._session, self._caller)

    @cached_property
    def vector_store_files(self) -> VectorStoreFileReader:
        return VectorStoreFileReader(self._session, self._caller)

    @cached_property
    def claimed_files(self) -> ClaimedFileReader:
        return ClaimedFileReader(self._session, self._project_id)

    @cached_property
    def chunk_search(self) -> ChunkSearch:
        # It maps no records, and statements cost less without a session.
        return ChunkSearch(self._connection, self._project_id)

    @cached_property
    def lexemes(self) -> LexemeReader:
        return LexemeReader(self._session, self._project_id)

    @cached_property
    def file_batches(self) -> FileBatchReader:
        return FileBatchReader(self._session, self._caller)

    @cached_property
    def uploads(self) -> UploadReader:
        return UploadReader(self._session, self._project_id)

    @cached_property
    def imports(self) -> ImportReader:
        return ImportReader(self._session, self._project_id)

    @cached_property
    def retrievals(self) -> RetrievalReader:
        return RetrievalReader(self._session, self._caller)

    @cached_property
    def reembedding(self) -> ReembeddingReader:
        return ReembeddingReader(self._session, self._project_id)

    @cached_property
    def listings(self) -> ListingReader:
        return ListingReader(self._session, self._project_id)

    @cached_property
    def responses(self) -> ResponseReader:
        return ResponseReader(self._session, self._caller)

    @cached_property
    def conversations(self) -> ConversationReader:
        return ConversationReader(self._session, self._caller)

    @cached_property
    def words(self) -> WordsReader:
        return WordsReader(self._session, self._project_id)


class ProjectWriter(ProjectReader):
    """One project's rows, to read and to change."""

    @cached_property
    def audit(self) -> AuditWriter:
        return AuditWriter(self._session, self._caller)

    @cached_property
    def files(self) -> FileWriter:
        return FileWriter(self._session, self._caller)

    @cached_property
    def vector_stores(self) -> VectorStoreWriter:
        return VectorStoreWriter(self._session, self._caller)

    @cached_property
    def vector_store_files(self) -> VectorStoreFileWriter:
        return VectorStoreFileWriter(self._session, self._caller)

    @cached_property
    def jobs(self) -> JobWriter:
        return JobWriter(self._session, self._project_id)

    @cached_property
    def chunks(self) -> ChunkWriter:
        return ChunkWriter(self._session, self._project_id)

    @cached_property
    def embedding_cache(self) -> EmbeddingCache:
        return EmbeddingCache(self._session, self._project_id)

    @cached_property
    def lexemes(self) -> LexemeWriter:
        return LexemeWriter(self._session, self._project_id)

    @cached_property
    def file_batches(self) -> FileBatchWriter:
        return FileBatchWriter(self._session, self._caller)

    @cached_property
    def uploads(self) -> UploadWriter:
        return UploadWriter(self._session, self._project_id)

    @cached_property
    def imports(self) -> ImportWriter:
        return ImportWriter(self._session, self._project_id)

    @cached_property
    def reembedding(self) -> ReembeddingWriter:
        return ReembeddingWriter(self._session, self._project_id)

    @cached_property
    def responses(self) -> ResponseWriter:
        return ResponseWriter(self._session, self._caller)

    @cached_property
    def conversations(self) -> ConversationWriter:
        return ConversationWriter(self._session, self._caller)

    @cached_property
    def words(self) -> WordsWriter:
        return WordsWriter(self._session, self._project_id)
