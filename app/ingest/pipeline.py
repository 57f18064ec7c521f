"""The way of files to searchable chunks: extract, chunk, embed, store. All chunks of a file appear at once, or none."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from app.core import telemetry
from app.core.chunk_words import ChunkWords, chunk_words
from app.core.errors import Overloaded
from app.core.stemming import UNDETERMINED
from app.core.types import Caller, EmbeddingSpace
from app.db.chunk_search import mismatch, moved, space_of
from app.db.chunks import NewChunk
from app.db.database import Database
from app.db.jobs import Held
from app.db.project import ProjectWriter
from app.db.vector_store_files import StoreFile
from app.db.vector_stores import Added
from app.ingest.chunk_stream import stream_chunks
from app.ingest.chunking import ChunkSpan, embedded_text
from app.ingest.cut_chunks import CutChunks
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import ExtractedText, Extractor
from app.ingest.language import recognise_language
from app.ingest.spool import ChunkSpool
from app.ingest.threads import in_thread
from app.models import File, VectorStore, VectorStoreFile
from app.providers.base import Embeddings

# This many chunks are in memory at a time, whatever the file's size.
_GROUP = 1_024


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is read into a store, in the space that its chunks are embedded in there."""

    file: File
    membership: VectorStoreFile
    store: VectorStore
    space: EmbeddingSpace

    @property
    def is_first(self) -> bool:
        """Whether the file takes the place of nothing: neither of older chunks of its own nor of other files."""
        return not (self.membership.chunk_count or self.membership.replaces_same_name)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file whose text is read. `cut` has its chunks, and `spool` keeps them with their embeddings."""

    reading: Reading
    spool: ChunkSpool
    cut: CutChunks
    characters: int


Groups = Sequence[tuple[Draft, Sequence[ChunkSpan]]]
# Hears of a draft how many of its chunks are embedded.
OnProgress = Callable[[Draft, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Copied:
    """What is copied with the chunks: their space, and their words if those differ."""

    space: EmbeddingSpace
    words: Sequence[ChunkWords] | None = None


class IngestPipeline:
    """Prepares files outside of any transaction, and stores what was prepared inside one."""

    def __init__(self, database: Database, extractor: Extractor, embedder: ChunkEmbedder) -> None:
        self._database = database
        self._extractor = extractor
        self._embedder = embedder

    async def find_space(self, store: VectorStore) -> EmbeddingSpace:
        """Return the space that the store's chunks are embedded in; Conflict when it is not served here."""
        space = space_of(store) or self._embedder.space
        if not await self._embedder.serves(space):
            raise mismatch(store)
        return space

    async def draft(self, reading: Reading, path: Path) -> Draft:
        """Read the file at `path` as far as its text; InvalidRequest says why it cannot be read.

        What is made of it is written beside it, to names that begin with its own.
        """
        extracted = await self._extractor.extract(path, filename=reading.file.filename)
        return await in_thread(_drafted, reading, extracted, path)

    async def draft_small(self, reading: Reading, data: bytes, *, suffix: str) -> Draft | None:
        """Read a small file of these bytes as far as its text, in memory alone; None if it is no plain text, or has many chunks."""
        return await in_thread(self._drafted_small, reading, data, suffix)

    def _drafted_small(self, reading: Reading, data: bytes, suffix: str) -> Draft | None:
        extracted = self._extractor.extract_small(data, filename=reading.file.filename, suffix=suffix)
        if extracted is None:
            return None
        draft = _drafted(reading, extracted, None)
        if draft.cut.may_have_more:
            draft.cut.close()
            return None
        return draft

    async def embed(self, caller: Caller, drafts: Sequence[Draft], *, on_progress: OnProgress) -> None:
        """Chunk the texts of drafts, embed the chunks of all together, and add them to the drafts' spools.

        All drafts are of one space. `on_progress` gets a draft and how many of its chunks are embedded.
        """
        space = drafts[0].reading.space
        with ExitStack() as stack:
            for draft in drafts:
                stack.enter_context(closing(draft.cut))
            await _cut(drafts)
            # The first of each draft are in memory, those that follow come from the disk.
            groups = _next_groups(drafts)
            while groups:
                texts = {_hash(span): span.embedded_text for _, spans in groups for span in spans}

                async def within(known: Mapping[bytes, Embeddings], groups: Groups = groups) -> None:
                    for draft, spans in groups:
                        done = sum(_hash(span) in known for span in spans)
                        await on_progress(draft, draft.spool.count + done)

                embeddings = await self._embedder.embed(caller, texts, space, on_progress=within)
                following = await in_thread(_spool, groups, embeddings)
                for draft, _ in groups:
                    await on_progress(draft, draft.spool.count)
                groups = following

    async def put_chunks(self, tx: ProjectWriter, spools: Mapping[VectorStoreFile, ChunkSpool]) -> None:
        """Store the chunks of memberships of one store in place of any before, complete them, and count them in."""
        for membership in spools:
            await _clear(tx, membership)
        store_id = next(iter(spools)).vector_store_id
        by_file = {membership.file_id: spool for membership, spool in spools.items()}
        await tx.chunks.copy(store_id, by_file)
        words = {file_id: (chunk.words for chunk in spool) for file_id, spool in by_file.items()}
        await tx.lexemes.copy(store_id, words)
        held = {membership: spool.held for membership, spool in spools.items()}
        await _complete(tx, held, next(iter(spools.values())).space)

    async def find_words(self, caller: Caller, filename: str, donor: StoreFile) -> list[ChunkWords] | None:
        """Return the words of another membership's chunks in a file of this name; None where they are the same."""
        if donor.file.filename == filename:
            return None
        member = donor.membership
        async with self._database.project(caller.project_id).read() as snapshot:
            texts = await snapshot.words.texts(
                member.vector_store_id, member.file_id, first=0, limit=member.chunk_count
            )
        read = [embedded_text(text.heading, text.table_header, text.content) for text in texts]
        language = member.language or UNDETERMINED
        return await in_thread(chunk_words, read, language, filename=filename, is_whole=True)

    async def copy_chunks(
        self, tx: ProjectWriter, membership: VectorStoreFile, donor: VectorStoreFile, copied: Copied
    ) -> bool:
        """Do the same with another membership's chunks. False, without a change, when these are gone."""
        store_id, file_id = membership.vector_store_id, membership.file_id
        await _clear(tx, membership)
        count = await tx.chunks.copy_from(donor, store_id=store_id, file_id=file_id)
        if count == 0:
            return False
        if copied.words is None:
            donor_keys = donor.vector_store_id, donor.file_id
            await tx.lexemes.copy_from(donor_keys, store_id=store_id, file_id=file_id)
        elif len(copied.words) == count:
            await tx.lexemes.copy(store_id, {file_id: copied.words})
        else:
            raise Overloaded("The file that holds the same text was read again meanwhile.")
        telemetry.reused_embeddings.inc(count)
        language = donor.language or UNDETERMINED
        held = Held(count, donor.usage_bytes, language, tuple(donor.warnings))
        await _complete(tx, {membership: held}, copied.space)
        return True


def _drafted(reading: Reading, extracted: ExtractedText, path: Path | None) -> Draft:
    """Return the draft of a text, with its first chunks: a small file has no more, and then needs no path."""
    spool = ChunkSpool(
        path and path.with_name(f"{path.name}.chunks"),
        reading.space,
        language=_language_of(extracted, reading.store),
        warnings=extracted.warnings,
    )
    spans = stream_chunks(extracted, reading.membership.chunking)
    cut = CutChunks(path and path.with_name(f"{path.name}.cut"), spans, group=_GROUP)
    cut.cut_some()
    return Draft(reading, spool, cut, extracted.characters)


def _language_of(extracted: ExtractedText, store: VectorStore) -> str:
    """Return the language that the file's words are read in: the store's where it was given, or where none is recognised."""
    recognised = None if store.language_given else recognise_language(extracted)
    return recognised or store.language or UNDETERMINED


async def _complete(tx: ProjectWriter, held: Mapping[VectorStoreFile, Held], space: EmbeddingSpace) -> None:
    memberships = tx.vector_store_files
    store_id = next(iter(held)).vector_store_id
    replacing = [membership for membership in held if membership.replaces_same_name]
    replaced = [file for membership in replacing for file in await memberships.lock_replaced(membership)]
    await tx.jobs.complete({membership.file_id: one for membership, one in held.items()}, store_id=store_id)

    # Last, because the store's row stays locked from here to the commit.
    added = Added(
        files=sum(int(now.chunk_count > 0) - int(was.chunk_count > 0) for was, now in held.items()),
        chunks=sum(now.chunk_count - was.chunk_count for was, now in held.items()),
        usage_bytes=sum(now.usage_bytes - was.usage_bytes for was, now in held.items()),
        languages=[now.language for now in held.values()],
    )
    if not await tx.vector_stores.take_in(store_id, space, added):
        raise moved()
    for file in replaced:
        await memberships.detach(file, store_id=store_id)
    # It was uploaded before the file that has replaced its name, and read after it.
    for membership in replacing:
        if await memberships.is_replaced(membership):
            await memberships.detach(await tx.files.get_by_key(membership.file_id), store_id=store_id)


async def _clear(tx: ProjectWriter, membership: VectorStoreFile) -> None:
    if membership.chunk_count:
        await tx.lexemes.delete(membership.vector_store_id, membership.file_id)
        await tx.chunks.delete(membership.vector_store_id, membership.file_id)


def _hash(span: ChunkSpan) -> bytes:
    return hashlib.sha256(span.embedded_text.encode()).digest()


async def _cut(drafts: Sequence[Draft]) -> None:
    """Cut the rest of the drafts' texts into chunks, some at a time: other files wait for the thread."""
    for draft in drafts:
        while draft.cut.may_have_more:
            await in_thread(draft.cut.cut_some)


def _next_groups(drafts: Sequence[Draft]) -> Groups:
    """Return the next chunks of each draft that has some left."""
    groups = [(draft, draft.cut.take()) for draft in drafts]
    return [(draft, spans) for draft, spans in groups if spans]


def _spool(groups: Groups, embeddings: Mapping[bytes, Embeddings]) -> Groups:
    """Add embedded chunks to the spools of their drafts, and return the next chunks of these drafts."""
    for draft, spans in groups:
        spool = draft.spool
        is_whole = spool.count == 0 and len(spans) < _GROUP
        words = chunk_words(
            [span.embedded_text for span in spans],
            spool.language,
            filename=draft.reading.file.filename,
            is_whole=is_whole,
        )
        chunks = [_chunk(span, embeddings, said) for span, said in zip(spans, words, strict=True)]
        spool.append(chunks, is_whole=is_whole)
    return _next_groups([draft for draft, _ in groups])


def _chunk(span: ChunkSpan, embeddings: Mapping[bytes, Embeddings], words: ChunkWords) -> NewChunk:
    key = _hash(span)
    return NewChunk(
        content=span.text,
        sha256=key,
        char_start=span.start,
        char_end=span.end,
        page=span.page,
        page_end=span.page_end,
        heading=span.heading,
        table_header=span.table_header,
        embedding=embeddings[key],
        words=words,
    )
