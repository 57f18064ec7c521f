"""Tables as SQLAlchemy records."""

from app.models.base import Record
from app.models.chunk_lexemes import ChunkLexemes, LexemeAddition, LexemeCount
from app.models.chunks import Chunk
from app.models.deleted_places import DeletedPlace
from app.models.embedding_cache import CachedEmbedding
from app.models.file_batches import FileBatch
from app.models.files import File, FilePart
from app.models.idempotent_answers import IdempotentAnswer
from app.models.imports import Import
from app.models.keys import ApiKey, AuditEntry, KeyUsage
from app.models.next_embeddings import NextEmbedding
from app.models.projects import Project
from app.models.responses import ConversationRecord, ResponseItemRecord, ResponseRecord
from app.models.retrievals import RetrievalRecord
from app.models.secrets import Secret
from app.models.uploads import Upload, UploadPart, UploadPiece
from app.models.vector_store_files import VectorStoreFile
from app.models.vector_stores import VectorStore
from app.models.write_marks import WriteMark

__all__ = [
    "ApiKey",
    "AuditEntry",
    "CachedEmbedding",
    "Chunk",
    "ChunkLexemes",
    "ConversationRecord",
    "DeletedPlace",
    "File",
    "FileBatch",
    "FilePart",
    "IdempotentAnswer",
    "Import",
    "KeyUsage",
    "LexemeAddition",
    "LexemeCount",
    "NextEmbedding",
    "Project",
    "Record",
    "ResponseItemRecord",
    "ResponseRecord",
    "RetrievalRecord",
    "Secret",
    "Upload",
    "UploadPart",
    "UploadPiece",
    "VectorStore",
    "VectorStoreFile",
    "WriteMark",
]
