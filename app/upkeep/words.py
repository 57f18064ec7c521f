"""Reads chunks again for their words when the analyser has changed: in the background, resumable, while searches go on."""

import asyncio
import time
from collections.abc import Mapping

import structlog

from app.core import telemetry
from app.core.chunk_words import ChunkWords, chunk_words
from app.core.stemming import UNDETERMINED
from app.db.database import Database
from app.db.words import OutdatedFile, WordsState
from app.ingest.chunking import embedded_text
from app.ingest.language import language_of
from app.models import VectorStore
from app.upkeep.rounds import going_on

log = structlog.get_logger()

# How many chunks one transaction stores. No search and no ingest waits for more.
_GROUP = 256
_FILES_AT_ONCE = 100
_LOOK_EVERY_SECONDS = 60.0
_SAMPLE_CHUNKS = 12
# The rest of the time is left to searches.
_SHARE_OF_TIME = 0.5


class WordsCare:
    """Brings the words of all projects' files up to the analyser of this release."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outdated = database.system("words").outdated_words

    async def left_by_store(self) -> Mapping[int, int]:
        """Return store → how many of its files are left."""
        return await self._outdated.count_by_store()

    async def run(self) -> None:
        """Do what is left, at intervals, until cancelled."""
        while True:
            with going_on("words_care_failed", telemetry.index_care_failures):
                await self.catch_up(share_of_time=_SHARE_OF_TIME)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def catch_up(self, *, share_of_time: float = 1.0) -> int:
        """Read all outdated files again; return how many. Files that another process is reading are skipped."""
        count, border = 0, (0, 0)
        while files := await self._outdated.find(after=border, limit=_FILES_AT_ONCE):
            border = files[-1].store_id, files[-1].file_id
            for file in files:
                with going_on(
                    "words_care_failed",
                    telemetry.index_care_failures,
                    store_id=file.store_id,
                    file_id=file.file_id,
                ):
                    count += await self._read_again(file, share_of_time)
        if count:
            log.info("words_read_again", files=count)
        return count

    async def _read_again(self, file: OutdatedFile, share_of_time: float) -> bool:
        """Read a file's chunks again, group by group; False when another process does, or the file is gone."""
        while True:
            started = time.monotonic()
            async with self._database.project(file.project_id).read() as snapshot:
                state = await snapshot.words.find_state(file.store_id, file.file_id)
                if state is None:
                    return False
                texts = await snapshot.words.texts(
                    file.store_id, file.file_id, first=state.done, limit=_GROUP
                )
            read = [embedded_text(entry.heading, entry.table_header, entry.content) for entry in texts]
            language, words = await asyncio.to_thread(_words_of, read, state)
            done = state.done + len(words) if words else state.chunks
            if not await self._store(file, state, words, done=done, language=language):
                return False
            if done >= state.chunks:
                return True
            await asyncio.sleep((time.monotonic() - started) * (1 / share_of_time - 1))

    async def _store(
        self, file: OutdatedFile, state: WordsState, words: list[ChunkWords], *, done: int, language: str
    ) -> bool:
        store_id, file_id = file.store_id, file.file_id
        async with self._database.project(file.project_id).write() as tx:
            if not await tx.words.lock(store_id, file_id, state):
                return False
            await tx.lexemes.delete_range(store_id, file_id, first=state.done, end=done)
            await tx.lexemes.copy(store_id, {file_id: words}, first=state.done)
            await tx.words.note_done(store_id, file_id, done=done, language=language)
            await tx.vector_stores.note_language(store_id, language)
        return True


def _words_of(texts: list[str], state: WordsState) -> tuple[str, list[ChunkWords]]:
    language = state.language if state.done and state.language else _language_of(texts, state.store)
    is_whole = len(texts) == state.chunks
    return language, chunk_words(texts, language, filename=state.filename, is_whole=is_whole)


def _language_of(texts: list[str], store: VectorStore) -> str:
    recognised = None if store.language_given else language_of("\n".join(texts[:_SAMPLE_CHUNKS]))
    return recognised or store.language or UNDETERMINED
