"""A call of each method of each repository, with the keys of rows that it is given."""

import datetime as dt
import io
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.chunking import SentenceRule
from app.core.filters import Comparison
from app.core.listing import ListingQuery
from app.core.types import EmbeddingSpace, Page
from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg
from app.db.chunks import NewChunk
from app.db.jobs import Claim, Held, NewJob
from app.db.listings import NamedFile
from app.db.project import ProjectReader, ProjectWriter
from app.db.project_files import ProjectFiles
from app.db.project_ingest import ProjectIngest
from app.db.project_search import Lexemes, ProjectSearch, Wanted
from app.db.reembedding import MissingChunk
from app.db.vector_store_files import StoreFile
from app.db.vector_stores import Added
from app.db.words import WordsState
from app.models import (
    ConversationRecord,
    File,
    FileBatch,
    ResponseRecord,
    Upload,
    UploadPart,
    VectorStore,
    VectorStoreFile,
)
from tests.factories import make_words

OTHER = "proj_other"
SPACE = EmbeddingSpace("next", 3)
PAGE = Page(10)


@dataclass(frozen=True, slots=True)
class Rows:
    """What project A has written: records, keys and public ids."""

    store: VectorStore
    file: File
    membership: VectorStoreFile
    batch: FileBatch
    upload: Upload
    part: UploadPart
    response: ResponseRecord
    conversation: ConversationRecord
    sha256: bytes
    embedding: np.ndarray[Any, Any]
    lexeme: int

    @property
    def keys(self) -> tuple[int, int]:
        return self.store.id, self.file.id

    @property
    def claim(self) -> Claim:
        return Claim(*self.keys, OTHER, 1, "token")

    @property
    def named(self) -> NamedFile:
        return NamedFile(*self.keys, self.file.filename, 1)

    @property
    def spec(self) -> SearchSpec:
        semantic = SemanticLeg(self.embedding, "exact")
        return SearchSpec((self.store.id,), 10, semantic, LexicalLeg({self.lexeme: 1.0}))

    def state(self, language: str = "eng") -> WordsState:
        return WordsState(self.store, "x", language, 0, 1, self.membership.words_version)

    def new_file(self) -> File:
        return File(
            public_id="file-of-b", project_id=OTHER, filename="b.txt", purpose="assistants", mime_type="text/plain",
            size_bytes=1, sha256=bytes(32),
        )  # fmt: skip

    def new_membership(self) -> VectorStoreFile:
        return VectorStoreFile(
            vector_store_id=self.store.id, file_id=self.file.id, project_id=OTHER, chunking=SentenceRule()
        )

    def new_chunk(self) -> NewChunk:
        return NewChunk("of b", bytes(32), 0, 4, None, None, self.embedding, make_words(self.lexeme))


@dataclass(frozen=True, slots=True)
class OneChunk:
    """A file that was read to a single chunk."""

    chunk: NewChunk

    @property
    def held(self) -> Held:
        return Held(1, len(self.chunk.content), "fin")

    def __iter__(self) -> Iterator[NewChunk]:
        return iter([self.chunk])


READS: dict[str, Callable[[ProjectReader, Rows], Awaitable[object]]] = {
    "files.get": lambda b, a: b.files.get(a.file.public_id),
    "files.find": lambda b, a: b.files.find(a.file.public_id),
    "files.get_by_key": lambda b, a: b.files.get_by_key(a.file.id),
    "files.list_page": lambda b, _: b.files.list_page(PAGE),
    "files.find_keys": lambda b, a: b.files.find_keys([a.file.public_id]),
    "files.find_part": lambda b, a: b.files.find_part(a.file, 0),
    "vector_stores.get": lambda b, a: b.vector_stores.get(a.store.public_id),
    "vector_stores.get_by_key": lambda b, a: b.vector_stores.get_by_key(a.store.id),
    "vector_stores.get_open": lambda b, a: b.vector_stores.get_open(a.store.name),
    "vector_stores.find": lambda b, a: b.vector_stores.find(a.store.name),
    "vector_stores.find_default": lambda b, _: b.vector_stores.find_default(),
    "vector_stores.list_unnamed": lambda b, _: b.vector_stores.list_unnamed(),
    "vector_stores.list_all": lambda b, _: b.vector_stores.list_all(),
    "vector_stores.list_page": lambda b, _: b.vector_stores.list_page(PAGE),
    "vector_store_files.find": lambda b, a: b.vector_store_files.find(a.store.id, a.file.public_id),
    "vector_store_files.get": lambda b, a: b.vector_store_files.get(a.store.id, a.file.public_id),
    "vector_store_files.find_many": lambda b, a: b.vector_store_files.find_many(a.store.id, [a.file.id]),
    "vector_store_files.find_newer": lambda b, a: b.vector_store_files.find_newer(
        a.store.id, [File(id=0, filename=a.file.filename)]
    ),
    "vector_store_files.list_same_name": lambda b, a: b.vector_store_files.list_same_name(
        a.store.id, File(id=0, filename=a.file.filename)
    ),
    "vector_store_files.any_in_progress": lambda b, _: b.vector_store_files.any_in_progress(),
    "claimed_files.find_donors": lambda b, a: b.claimed_files.find_donors(
        [StoreFile(a.membership, a.file)], own_space(a.store)
    ),
    "vector_store_files.is_replaced": lambda b, a: b.vector_store_files.is_replaced(
        VectorStoreFile(vector_store_id=a.store.id, file_id=a.file.id - 1)
    ),
    "vector_store_files.list_contents": lambda b, a: b.vector_store_files.list_contents(a.membership),
    "vector_store_files.list_readable": lambda b, a: b.vector_store_files.list_readable(a.file.id),
    "vector_store_files.list_spans": lambda b, a: b.vector_store_files.list_spans(
        a.membership, first=0, most=10
    ),
    "vector_store_files.count_by_status": lambda b, a: b.vector_store_files.count_by_status([a.store.id]),
    "vector_store_files.count_passing": lambda b, a: b.vector_store_files.count_passing(
        [a.store.id], Comparison("eq", "year", 2020)
    ),
    "vector_store_files.list_page": lambda b, a: b.vector_store_files.list_page(a.store.id, PAGE),
    "chunk_search.find_candidates": lambda b, a: b.chunk_search.find_candidates(a.spec),
    "chunk_search.fetch": lambda b, a: b.chunk_search.fetch([(*a.keys, 0)]),
    "lexemes.count_holding": lambda b, a: b.lexemes.count_holding([a.store.id], [a.lexeme]),
    "file_batches.get": lambda b, a: b.file_batches.get(a.store.id, a.batch.public_id),
    "file_batches.count_by_status": lambda b, a: b.file_batches.count_by_status(a.batch),
    "uploads.get": lambda b, a: b.uploads.get(a.upload.public_id),
    "uploads.list_parts": lambda b, a: b.uploads.list_parts(a.upload),
    "uploads.find_piece": lambda b, a: b.uploads.find_piece(a.part, 0),
    "imports.find": lambda b, _: b.imports.find("elsewhere", "remote"),
    "retrievals.get": lambda b, _: b.retrievals.get("ret_a"),
    "reembedding.missing": lambda b, a: b.reembedding.missing(a.store.id, after=(0, 0), limit=10),
    "reembedding.count_missing": lambda b, a: b.reembedding.count_missing(a.store.id),
    "responses.find": lambda b, a: b.responses.find(a.response.public_id),
    "responses.get": lambda b, a: b.responses.get(a.response.public_id),
    "responses.history": lambda b, a: b.responses.history(a.response),
    "responses.list_given": lambda b, a: b.responses.list_given(a.response, PAGE),
    "responses.find_items": lambda b, _: b.responses.find_items(["item_a"]),
    "conversations.get": lambda b, a: b.conversations.get(a.conversation.public_id),
    "conversations.items": lambda b, a: b.conversations.items(a.conversation),
    "conversations.list_items": lambda b, a: b.conversations.list_items(a.conversation, PAGE),
    "conversations.get_item": lambda b, a: b.conversations.get_item(a.conversation, "item_a"),
    "listings.list_files": lambda b, a: files_of(b, a.store.id),
    "listings.list_named": lambda b, a: b.listings.list_named([a.store.id], None, ()),
    "listings.list_places": lambda b, a: b.listings.list_places(a.named),
    "words.find_state": lambda b, a: b.words.find_state(*a.keys),
    "words.texts": lambda b, a: b.words.texts(*a.keys, first=0, limit=10),
}

SEARCHES: dict[str, Callable[[ProjectSearch, Rows], Awaitable[object]]] = {
    "look_up": lambda b, a: b.look_up([a.store.name]),
    "newest_stores": lambda b, _: b.newest_stores(10),
    "count_passing": lambda b, a: b.count_passing([a.store.id], Comparison("eq", "year", 2020)),
    "count_holding": lambda b, a: b.count_holding(Lexemes((a.store.id,), (a.lexeme,))),
    "find": lambda b, a: b.find(
        [a.spec], lambda found: [(*a.keys, 0), *(entry.key for entry in found[0].best)], Wanted(10)
    ),
    "find_in": lambda b, a: b.find_in(
        a.store.name,
        a.spec,
        lambda found: [(*a.keys, 0), *(entry.key for entry in found[0].best)],
        Wanted(10),
    ),
    "fetch": lambda b, a: b.fetch([(*a.keys, 0)]),
}

INGESTS: dict[str, Callable[[ProjectIngest, Rows], Awaitable[object]]] = {
    "find": lambda b, a: b.find([a.claim]),
    "put": lambda b, a: b.put({a.claim: OneChunk(a.new_chunk())}, SPACE),
}

FILES: dict[str, Callable[[ProjectFiles, Rows], Awaitable[object]]] = {
    "create_small": lambda b, a: b.create_small(a.new_file(), b"x"),
    "find_to_attach": lambda b, a: b.find_to_attach(a.store.public_id, a.file.public_id),
    "attach": lambda b, a: b.attach(a.store, a.file, attributes={}, chunking=SentenceRule()),
    "get_member": lambda b, a: b.get_member(a.store.public_id, a.file.public_id),
}

WRITES: dict[str, Callable[[ProjectWriter, Rows], Awaitable[object]]] = {
    "audit.note": lambda b, a: b.audit.note("file.deleted", a.file.public_id),
    "files.create": lambda b, a: b.files.create(a.new_file(), io.BytesIO(b"b")),
    "files.get_locked": lambda b, a: b.files.get_locked(a.file.public_id),
    "files.delete": lambda b, a: b.files.delete(a.file),
    "vector_stores.get_or_create_default": lambda b, _: b.vector_stores.get_or_create_default(),
    "vector_stores.create": lambda b, a: b.vector_stores.create(name=a.store.name),
    "vector_stores.bind_space": lambda b, a: b.vector_stores.bind_space(a.store.id, SPACE),
    "vector_stores.note_activity": lambda b, a: b.vector_stores.note_activity([a.store.id]),
    "vector_stores.take_in": lambda b, a: b.vector_stores.take_in(
        a.store.id,
        EmbeddingSpace(a.store.embedding_model or "", a.store.dimensions or 0),
        Added(1, 1, 1, ["fin"]),
    ),
    "vector_stores.note_language": lambda b, a: b.vector_stores.note_language(a.store.id, "fin"),
    "vector_stores.update": lambda b, a: b.vector_stores.update(a.store, {"name": "taken"}),
    "vector_stores.delete": lambda b, a: b.vector_stores.delete(a.store),
    "vector_store_files.lock_content": lambda b, a: b.vector_store_files.lock_content(a.store.id, a.sha256),
    "vector_store_files.find_locked": lambda b, a: b.vector_store_files.find_locked(
        a.store.id, a.file.public_id
    ),
    "vector_store_files.get_locked": lambda b, a: b.vector_store_files.get_locked(
        a.store.id, a.file.public_id
    ),
    "vector_store_files.find_same": lambda b, a: b.vector_store_files.find_same(
        a.store.id, sha256=a.file.sha256, filename=a.file.filename, chunking=a.membership.chunking
    ),
    "vector_store_files.lock_replaced": lambda b, a: b.vector_store_files.lock_replaced(
        VectorStoreFile(vector_store_id=a.store.id, file_id=a.file.id + 1)
    ),
    "vector_store_files.update_attributes": lambda b, a: b.vector_store_files.update_attributes(
        a.membership, {"year": 1}
    ),
    "vector_store_files.update_notes": lambda b, a: b.vector_store_files.update_notes(
        a.membership, {"source": "b"}
    ),
    "vector_store_files.detach": lambda b, a: b.vector_store_files.detach(a.file),
    "jobs.queue": lambda b, a: b.jobs.queue(a.new_membership()),
    "jobs.queue_many": lambda b, a: b.jobs.queue_many(a.batch, [NewJob(a.file.id, {}, SentenceRule())]),
    "jobs.queue_again": lambda b, a: b.jobs.queue_again(
        a.membership, attributes={}, chunking=SentenceRule(100, 0)
    ),
    "jobs.lock_claimed": lambda b, a: b.jobs.lock_claimed([a.claim]),
    "jobs.note_progress": lambda b, a: b.jobs.note_progress(a.claim, done=1, total=2),
    "jobs.complete": lambda b, a: b.jobs.complete({a.file.id: Held(9, 9, "fin")}, store_id=a.store.id),
    "jobs.cancel": lambda b, a: b.jobs.cancel(a.batch),
    "chunks.known_embeddings": lambda b, a: b.chunks.known_embeddings([a.sha256], own_space(a.store)),
    "chunks.delete": lambda b, a: b.chunks.delete(*a.keys),
    "chunks.copy_from": lambda b, a: b.chunks.copy_from(a.membership, store_id=a.store.id, file_id=a.file.id),
    "chunks.copy": lambda b, a: b.chunks.copy(a.keys[0], {a.keys[1]: [a.new_chunk()]}),
    "embedding_cache.find": lambda b, a: b.embedding_cache.find([a.sha256], own_space(a.store)),
    "embedding_cache.put": lambda b, a: b.embedding_cache.put(
        {a.sha256: a.embedding * 0}, own_space(a.store)
    ),
    "lexemes.copy": lambda b, a: b.lexemes.copy(a.keys[0], {a.keys[1]: [make_words(a.lexeme)]}),
    "lexemes.copy_from": lambda b, a: b.lexemes.copy_from(a.keys, store_id=a.store.id, file_id=a.file.id),
    "lexemes.count_out": lambda b, a: b.lexemes.count_out(a.file.id),
    "lexemes.delete": lambda b, a: b.lexemes.delete(*a.keys),
    "lexemes.delete_range": lambda b, a: b.lexemes.delete_range(*a.keys, first=0, end=9),
    "file_batches.create": lambda b, a: b.file_batches.create(a.store.id),
    "file_batches.add": lambda b, a: b.file_batches.add(FileBatch(id=0), a.membership),
    "uploads.get_locked": lambda b, a: b.uploads.get_locked(a.upload.public_id),
    "uploads.create": lambda b, a: b.uploads.create(
        made_upload(OTHER, "upload_b"), life=dt.timedelta(hours=1)
    ),
    "uploads.add_part": lambda b, a: b.uploads.add_part(a.upload, io.BytesIO(b"b"), size_bytes=1),
    "uploads.become_file": lambda b, a: b.uploads.become_file(a.upload, a.new_file(), [a.part]),
    "uploads.end": lambda b, a: b.uploads.end(a.upload, status="cancelled"),
    "imports.find_alone": lambda b, _: b.imports.find_alone("elsewhere", "remote"),
    "imports.note": lambda b, _: b.imports.note("elsewhere", "remote", "file-of-b"),
    "responses.create": lambda b, _: b.responses.create(
        {"id": "resp_b", "output": []}, [], given=[], previous_id=None, life=None
    ),
    "responses.delete": lambda b, a: b.responses.delete(a.response),
    "conversations.create": lambda b, _: b.conversations.create({}),
    "conversations.update": lambda b, a: b.conversations.update(a.conversation, {"taken": "by b"}),
    "conversations.delete": lambda b, a: b.conversations.delete(a.conversation),
    "conversations.add": lambda b, a: b.conversations.add(a.conversation, [{"id": "item_b"}]),
    "conversations.delete_item": lambda b, a: b.conversations.delete_item(a.conversation, "item_a"),
    "reembedding.begin": lambda b, a: b.reembedding.begin(a.store.id, EmbeddingSpace("third", 3)),
    "reembedding.put": lambda b, a: prepare(b, *a.keys, a.sha256),
    "reembedding.switch": lambda b, a: b.reembedding.switch(a.store.id, SPACE),
    "words.lock": lambda b, a: b.words.lock(*a.keys, a.state()),
    "words.note_done": lambda b, a: b.words.note_done(*a.keys, done=1, language="fin"),
}
# They return what B has made, or by their nature nothing of A's.
MAKING = {
    name
    for name in WRITES
    if name.partition(".")[2]
    in {"create", "get_or_create_default", "update", "copy_from", "queue", "add_part"}
}

EMPTY = {"vector_stores.find_default", "vector_stores.list_unnamed", "vector_store_files.any_in_progress"}


async def files_of(reader: ProjectReader, store_id: int) -> object:
    listing = await reader.listings.list_files(
        [store_id], None, ListingQuery(), today=dt.datetime.now(dt.UTC).date()
    )
    return listing.files, listing.kinds, listing.total


async def prepare(writer: ProjectWriter, store_id: int, file_id: int, sha256: bytes) -> None:

    chunk = MissingChunk(file_id, 0, sha256, None, None, "text")
    await writer.reembedding.put(store_id, [chunk], {sha256: np.ones(3, np.float32)})


def made_upload(project_id: str, upload_id: str) -> Upload:
    return Upload(
        public_id=upload_id, project_id=project_id, filename="u", purpose="assistants", size_bytes=1,
        mime_type="text/plain", status="pending", expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1),
    )  # fmt: skip


def own_space(store: VectorStore) -> EmbeddingSpace:
    assert store.embedding_model is not None
    assert store.dimensions is not None
    return EmbeddingSpace(store.embedding_model, store.dimensions)
