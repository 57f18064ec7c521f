"""Semantic search: exact order on every route, the plans of the hot ones, filters, and more chunks recalling more."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from app.core.types import Caller, SearchRoute
from app.db.chunk_search import Candidate, SearchSpec, SemanticLeg
from app.db.chunks import NewChunk
from app.db.database import Database
from app.db.lexemes import LexemeTotals
from app.db.vector_indexes import VectorIndexes
from app.models import File, VectorStore, VectorStoreFile
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.index_care import IndexCare, IndexPolicy
from app.retrieval.search import Retriever, SearchRequest
from app.wire.filters import CompoundFilter
from tests.factories import make_ingest, make_store_with

DIMENSIONS = 768
ROWS = 3_000


async def fill(db: Database, caller: Caller, *, rows: int = ROWS) -> tuple[VectorStore, np.ndarray[Any, Any]]:
    """Make a store of clustered vectors in three files, of the years 2020 to 2022."""
    random = np.random.default_rng(7)
    centers = random.normal(size=(60, DIMENSIONS))
    vectors = centers[random.integers(60, size=rows)] + 0.7 * random.normal(size=(rows, DIMENSIONS))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    async with db.transaction(caller.project_id) as tx:
        store = await tx.vector_stores.create(name="filled")
        for number, part in enumerate(np.array_split(vectors, 3)):
            file = File(
                public_id=f"file-{number}", project_id=caller.project_id, filename=f"{number}.txt", purpose="assistants",
                mime_type="text/plain", size_bytes=1, sha256=bytes([number]) * 32,
            )  # fmt: skip
            file = await tx.files.create(file, io.BytesIO(b"x"))
            await tx.vector_store_files.attach(
                VectorStoreFile(
                    vector_store_id=store.id, file_id=file.id, project_id=caller.project_id, status="completed",
                    attributes={"year": 2020 + number}, chunking={}, chunk_count=len(part),
                )
            )  # fmt: skip
            chunks = (
                NewChunk(f"text {n}", b"%32d" % n, n, n + 1, None, None, v, {}) for n, v in enumerate(part)
            )
            await tx.chunks.copy(store.id, file.id, chunks)
        await tx.vector_stores.bind_space(store.id, model="test", dimensions=DIMENSIONS)
        await tx.vector_stores.add_counts(store.id, chunks=rows, usage_bytes=rows)
    return store, vectors


def nearest(
    store: VectorStore, query: Any, limit: int, route: SearchRoute, *, probes: int = 1, filters: Any = None
) -> SearchSpec:
    return SearchSpec((store.id,), limit, semantic=SemanticLeg(query, route, probes), filters=filters)


async def search(db: Database, caller: Caller, spec: SearchSpec) -> list[Candidate]:
    async with db.snapshot(caller.project_id) as snapshot:
        found = await snapshot.chunk_search.find_candidates(spec)
    return sorted(found, key=lambda candidate: -(candidate.cosine or 0))


async def explain(db: Database, caller: Caller, spec: SearchSpec) -> str:
    async with db.snapshot(caller.project_id) as snapshot:
        return await snapshot.chunk_search.explain(spec)


def care(db: Database, **policy: Any) -> IndexCare:
    return IndexCare(VectorIndexes(db.engine), LexemeTotals(db.engine), IndexPolicy(**policy))


def keys(found: list[Candidate]) -> set[tuple[int, int, int]]:
    return {candidate.key for candidate in found}


async def test_scores_descend_and_are_cosines(db: Database, caller: Caller) -> None:
    """Exactly the top k by cosine similarity, in order, with the similarity itself."""
    store, vectors = await fill(db, caller, rows=300)
    query = vectors[5]

    found = await search(db, caller, nearest(store, query, 10, "exact"))

    scores = [chunk.cosine or 0.0 for chunk in found]
    expected = np.sort(vectors @ query)[::-1][:10]
    assert scores == sorted(scores, reverse=True)
    np.testing.assert_allclose(scores, expected, atol=2e-3)


@pytest.mark.parametrize("route", ["bits", "ivfflat"])
async def test_quick_routes_find_what_the_exact_one_does(
    db: Database, caller: Caller, route: SearchRoute
) -> None:
    """Sign bits with re-ranking, and IVFFlat, find nearly all of the exact top ten, and always ten."""
    store, vectors = await fill(db, caller)
    (entry,) = await care(db).status()
    assert await care(db).build(entry)
    shared = 0
    for query in vectors[::300]:
        exact = await search(db, caller, nearest(store, query, 10, "exact"))
        quick = await search(db, caller, nearest(store, query, 10, route, probes=12))
        assert len(quick) == 10
        shared += len(keys(exact) & keys(quick))

    assert shared / 100 >= 0.95


async def test_the_query_uses_the_ivfflat_index(db: Database, caller: Caller) -> None:
    """EXPLAIN names the store's index on its route, and not where it would lose rows."""
    store, vectors = await fill(db, caller)
    spec = nearest(store, vectors[0], 10, "ivfflat", probes=5)
    assert "chunks_ivfflat" not in await explain(db, caller, spec)

    (entry,) = await care(db).status()
    await care(db).build(entry)

    plan = await explain(db, caller, spec)
    assert f"Index Scan using chunks_ivfflat_{store.id}" in plan
    exact = nearest(store, vectors[0], 10, "exact")
    assert "chunks_ivfflat" not in await explain(db, caller, exact)


async def test_an_index_comes_by_itself_once_the_store_is_large_enough(db: Database, caller: Caller) -> None:
    """Below the border nothing is built; past it once; after doubling again."""
    await fill(db, caller, rows=300)

    assert await care(db, min_chunks=301).build_due() == 0
    assert await care(db, min_chunks=300).build_due() == 1
    assert await care(db, min_chunks=300).build_due() == 0
    (entry,) = await care(db).status()
    assert (entry.lists, entry.chunks_at_build) == (17, 300)


async def test_a_deleted_stores_index_goes(db: Database, caller: Caller) -> None:
    """The next look drops it, and the indexes of living stores stay."""
    gone, _ = await fill(db, caller, rows=300)
    keeper = care(db, min_chunks=300)
    assert await keeper.build_due() == 1
    async with db.transaction(caller.project_id) as tx:
        await tx.vector_stores.delete(gone)
        await tx.files.delete(await tx.files.get("file-0"))
        await tx.files.delete(await tx.files.get("file-1"))
        await tx.files.delete(await tx.files.get("file-2"))
    await fill(db, caller, rows=300)
    assert await index_count(db) == 1

    assert await keeper.build_due() == 1
    assert await index_count(db) == 1
    assert await keeper.build_due() == 0
    assert await index_count(db) == 1


async def index_count(db: Database) -> int:
    async with db.engine.connect() as connection:
        query = text("select count(*) from pg_indexes where indexname like 'chunks_ivfflat_%'")
        return int(await connection.scalar(query) or 0)


async def test_lists_can_be_pinned(db: Database, caller: Caller) -> None:
    """PGVECTOR_IVFFLAT_LISTS as a number is what the index is built with."""
    await fill(db, caller, rows=300)
    keeper = care(db, min_chunks=1, lists=23)

    assert await keeper.build_due() == 1

    (entry,) = await keeper.status()
    assert entry.lists == 23


@pytest.mark.parametrize("route", ["exact", "bits"])
async def test_filters_keep_the_files_that_pass(db: Database, caller: Caller, route: SearchRoute) -> None:
    """Only chunks of passing files come back, and as many as were asked for."""
    store, vectors = await fill(db, caller)
    tree = CompoundFilter.model_validate(
        {"type": "or", "filters": [{"type": "eq", "key": "year", "value": 2021}, {"type": "gt", "key": "year", "value": 2021}]}
    )  # fmt: skip

    found = await search(db, caller, nearest(store, vectors[0], 20, route, filters=tree))

    assert len(found) == 20
    async with db.snapshot(caller.project_id) as snapshot:
        texts = await snapshot.chunk_search.fetch([candidate.key for candidate in found])
    assert {chunk.file_id for chunk in texts.values()} <= {"file-1", "file-2"}


async def test_many_chunks_recall_more_than_one(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Twelve facts in long documents: asked for one by one, small chunks find the fact, whole files blur it."""
    topics = ["glaciers", "trombones", "passports", "lentils", "volcanoes", "origami",
              "submarines", "beekeeping", "alphabets", "lighthouses", "avalanches", "meteorites"]  # fmt: skip
    filler = (
        "The committee met again and discussed the budget, the calendar and the minutes of its last meeting. "
    )
    documents = [
        filler * 40 + " ".join(f"Rule {number} on {topic}: keep them {number} metres apart." for topic in topics[number::4]) + filler * 40
        for number in range(4)
    ]  # fmt: skip

    async def recall(size: int, overlap: int, name: str) -> float:
        ingest = make_ingest(db, chunk_size=size, chunk_overlap=overlap)
        store, _ = await make_store_with(db, documents, folder=tmp_path, ingest=ingest, name=name)
        retriever = Retriever(db, FallbackEmbeddings(), IndexPolicy())
        hits = 0
        for topic in topics:
            request = SearchRequest(
                (f"How far apart are {topic} kept?",), (store.public_id,), max_num_results=1, mode="semantic"
            )
            retrieval = await retriever.search(caller, request)
            hits += f"on {topic}:" in retrieval.snippets[0].text[:2_000]
        return hits / len(topics)

    assert await recall(100_000, 0, "whole") <= 0.5
    assert await recall(400, 50, "small") >= 0.9
