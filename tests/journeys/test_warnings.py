"""What a reader has to say of a file, and the pages of its chunks: stored with the file, shown wherever it is."""

from pathlib import Path

import httpx
import numpy as np
import psycopg

from app.core.searches import SearchOptions
from app.core.types import Caller, EmbeddingSpace
from app.db.chunks import NewChunk
from app.db.database import Database
from app.ingest.spool import ChunkSpool
from app.library.ingest import IngestFile
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retriever, SearchRequest
from app.wire.footnote import chunk_body
from tests.conftest import conninfo, sdk
from tests.factories import make_ingest, make_pipeline, make_store_with, make_words, read_queue
from tests.serving import LiveServer

_WARNINGS = ["No text on pages 2-9."]


def crossing_chunk(space: EmbeddingSpace) -> NewChunk:
    vector = np.full(space.dimensions, space.dimensions**-0.5, dtype=np.float32)
    return NewChunk("Leave lasts nine months.", b"h" * 32, 0, 24, 3, None, vector, make_words(7), page_end=4)


async def test_warnings_and_pages_are_stored_and_copied(db: Database, caller: Caller, tmp_path: Path) -> None:
    """The same bytes in another store have the same warnings, and chunks that cross the same pages."""
    store, (entry,) = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    embeddings = FallbackEmbeddings()
    spool = ChunkSpool(tmp_path / "spool", embeddings.space, language="eng", warnings=_WARNINGS)
    spool.append([crossing_chunk(embeddings.space)])
    async with db.project(caller.project_id).write() as tx:
        found = await tx.vector_store_files.get(store.id, entry.file.public_id)
        await make_pipeline(db).put_chunks(tx, {found.membership: spool})

    library = make_ingest(db)
    other = await library.find_or_create_store(caller, "other")
    copied = await library.submit(caller, other, IngestFile(tmp_path / "0.txt", "copy.txt"))
    await read_queue(db)

    (copied,) = await library.wait(caller, [copied], seconds=60)
    assert copied.membership.warnings == _WARNINGS
    found_there = await Retriever(db, QueryEmbedder(embeddings)).search(
        caller, SearchRequest(("leave",), SearchOptions((other.public_id,)))
    )
    body = chunk_body(found_there.snippets[0])
    assert (body["page"], body["page_end"]) == (3, 4)


def test_warnings_are_shown_with_the_file(live_server: LiveServer, shared_url: str) -> None:
    """By ingest, which always lists them, and in the store's files; the strict SDK takes it."""
    answer = httpx.post(f"{live_server.v1}/ingest", json={"text": "Leave lasts nine months."}).json()
    (entry,) = answer["data"]
    with psycopg.connect(conninfo(shared_url)) as connection:
        connection.execute("update vector_store_files set warnings = %s", (_WARNINGS,))

    listed = sdk(live_server.v1).vector_stores.files.list(answer["vector_store_id"])

    assert entry["warnings"] == []
    assert [file.to_dict()["warnings"] for file in listed] == [_WARNINGS]
