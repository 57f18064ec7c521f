"""Semantic search: exact order on every route, the plans of the hot ones, filters, and more chunks recalling more."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from app.core.chunking import SentenceRule
from app.core.filters import Comparison, Compound
from app.core.searches import SearchOptions
from app.core.types import Caller, SearchRoute
from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg
from app.db.chunk_search import Candidate
from app.db.database import Database
from app.models import VectorStore
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retriever, SearchRequest
from tests.factories import (
    autocommit_of,
    engine_of,
    make_filled_store,
    make_index_care,
    make_ingest,
    make_store_with,
    make_words,
)

DIMENSIONS = 768
ROWS = 3_000


def nearest(
    store: VectorStore, query: Any, limit: int, route: SearchRoute, *, probes: int = 1, filters: Any = None
) -> SearchSpec:
    return SearchSpec((store.id,), limit, semantic=SemanticLeg(query, route, probes), filters=filters)


async def search(db: Database, caller: Caller, spec: SearchSpec) -> list[Candidate]:
    async with db.project(caller.project_id).read() as snapshot:
        found = await snapshot.chunk_search.find_candidates(spec)
    return sorted(found, key=lambda candidate: -(candidate.cosine or 0))


async def explain(db: Database, caller: Caller, spec: SearchSpec) -> str:
    async with db.project(caller.project_id).read() as snapshot:
        return await snapshot.chunk_search.explain(spec)


async def definition_of(db: Database, index: str) -> str:
    async with engine_of(db).connect() as connection:
        return str(await connection.scalar(text(f"select pg_get_indexdef('{index}'::regclass)")))


def keys(found: list[Candidate]) -> set[tuple[int, int, int]]:
    return {candidate.key for candidate in found}


async def test_scores_descend_and_are_cosines(db: Database, caller: Caller) -> None:
    """Exactly the top k by cosine similarity, in order, with the similarity itself."""
    store, vectors = await make_filled_store(db, caller, rows=300)
    query = vectors[5]

    found = await search(db, caller, nearest(store, query, 10, "exact"))

    scores = [chunk.cosine or 0.0 for chunk in found]
    expected = np.sort(vectors @ query)[::-1][:10]
    assert scores == sorted(scores, reverse=True)
    np.testing.assert_allclose(scores, expected, atol=2e-3)


@pytest.mark.parametrize("route", ["bits", "ivfflat"])
@pytest.mark.parametrize("dimensions", [96, 384, 768, 4_100])
async def test_quick_routes_find_what_the_exact_one_does(
    db: Database, caller: Caller, route: SearchRoute, dimensions: int
) -> None:
    """Sign bits with re-ranking, and IVFFlat, find nearly all of the exact top ten, and always ten."""
    store, vectors = await make_filled_store(db, caller, dimensions=dimensions)
    (entry,) = await make_index_care(db).status()
    assert await make_index_care(db).build(entry)
    shared = 0
    for query in vectors[::300]:
        exact = await search(db, caller, nearest(store, query, 10, "exact"))
        quick = await search(db, caller, nearest(store, query, 10, route, probes=12))
        assert len(quick) == 10
        shared += len(keys(exact) & keys(quick))

    assert shared / 100 >= 0.95


@pytest.mark.parametrize(("dimensions", "key"), [(384, "halfvec_cosine_ops"), (768, "bit_hamming_ops")])
async def test_the_query_uses_the_ivfflat_index(
    db: Database, caller: Caller, dimensions: int, key: str
) -> None:
    """EXPLAIN names the store's index on its route, and not where it would lose rows. Long embeddings' is over their signs."""
    store, vectors = await make_filled_store(db, caller, dimensions=dimensions)
    spec = nearest(store, vectors[0], 10, "ivfflat", probes=5)
    assert "chunks_ivfflat" not in await explain(db, caller, spec)

    (entry,) = await make_index_care(db).status()
    await make_index_care(db).build(entry)

    plan = await explain(db, caller, spec)
    assert f"Index Scan using chunks_ivfflat_{store.id}" in plan
    assert key in await definition_of(db, f"chunks_ivfflat_{store.id}")
    routes: tuple[SearchRoute, ...] = ("exact", "bits")
    for route in routes:
        assert "chunks_ivfflat" not in await explain(db, caller, nearest(store, vectors[0], 10, route))


async def test_rare_words_are_found_by_their_index(db: Database, caller: Caller) -> None:
    """A query with a rare word ranks the few chunks that hold it, alone and together with the semantic leg."""
    store, vectors = await make_filled_store(db, caller)
    async with db.project(caller.project_id).write() as tx:
        for number in range(3):
            file_id = (await tx.files.get(f"file-filled-{number}")).id
            words = (make_words(7, 100 + n) for n in range(1_000))
            await tx.lexemes.copy(store.id, {file_id: words})
    async with autocommit_of(db).connect() as connection:
        await connection.execute(text("analyze"))
    leg = LexicalLeg({7: 0.1, 105: 6.0}, rarest=(105,))
    alone = SearchSpec((store.id,), 10, lexical=leg)
    both = SearchSpec((store.id,), 10, semantic=SemanticLeg(vectors[0], "bits"), lexical=leg)

    for spec in (alone, both):
        assert "Bitmap Index Scan on ix_chunk_lexemes_lexemes" in await explain(db, caller, spec)
    found = await search(db, caller, alone)
    assert len(found) == 3
    assert {round(candidate.lexical or 0, 2) for candidate in found} == {6.1}
    together = await search(db, caller, both)
    assert len(together) == 13
    assert keys(found) <= keys(together)
    assert all(candidate.cosine is not None for candidate in together)


async def test_of_frequent_words_two_are_needed(db: Database, caller: Caller) -> None:
    """One is enough of the first; filters leave too few chunks for that, so behind them one is enough of all."""
    store, _ = await make_filled_store(db, caller)
    async with db.project(caller.project_id).write() as tx:
        file_id = (await tx.files.get("file-filled-1")).id
        held = ([10], [20], [20, 30], [30, 40], [40], [50])
        words = [make_words(*lexemes) for lexemes in held]
        await tx.lexemes.copy(store.id, {file_id: iter(words)})
    weights = dict.fromkeys((10, 20, 30, 40), 1.0)
    leg = LexicalLeg(weights, rarest=(10, 20, 30, 40), alone=1)

    found = await search(db, caller, SearchSpec((store.id,), 10, lexical=leg))
    passing = await search(
        db, caller, SearchSpec((store.id,), 10, lexical=leg, filters=Comparison("gt", "year", 0))
    )

    assert sorted(candidate.key[2] for candidate in found) == [0, 2, 3]
    assert sorted(candidate.key[2] for candidate in passing) == [0, 1, 2, 3, 4]


async def test_of_words_that_are_all_frequent_several_are_needed_together(
    db: Database, caller: Caller
) -> None:
    """Beside the nearest chunks; where nothing but words is searched one of the rarest is enough."""
    store, vectors = await make_filled_store(db, caller)
    async with db.project(caller.project_id).write() as tx:
        file_id = (await tx.files.get("file-filled-1")).id
        held = ([10], [10, 20], [10, 20, 30], [20, 30], [30])
        words = [make_words(*lexemes) for lexemes in held]
        await tx.lexemes.copy(store.id, {file_id: iter(words)})
    leg = LexicalLeg(dict.fromkeys((10, 20, 30), 1.0), rarest=(10,), alone=1, together=(10, 20))
    semantic = SemanticLeg(vectors[0], "exact")

    both = await search(db, caller, SearchSpec((store.id,), 1, semantic=semantic, lexical=leg))
    alone = await search(db, caller, SearchSpec((store.id,), 10, lexical=leg))

    by_words = [candidate for candidate in both if candidate.lexical]
    assert [candidate.key[1:] for candidate in by_words] == [(file_id, 2)]
    assert sorted(candidate.key[2] for candidate in alone) == [0, 1, 2]


@pytest.mark.parametrize("route", ["exact", "bits"])
async def test_filters_keep_the_files_that_pass(db: Database, caller: Caller, route: SearchRoute) -> None:
    """Only chunks of passing files come back, and as many as were asked for."""
    store, vectors = await make_filled_store(db, caller)
    tree = Compound("or", (Comparison("eq", "year", 2021), Comparison("gt", "year", 2021)))

    found = await search(db, caller, nearest(store, vectors[0], 20, route, filters=tree))

    assert len(found) == 20
    async with db.project(caller.project_id).read() as snapshot:
        fetched = await snapshot.chunk_search.fetch([candidate.key for candidate in found], texts=5)
    assert {chunk.file_id for chunk in fetched.chunks.values()} == {"file-filled-1", "file-filled-2"}
    assert (len(fetched.chunks), len(fetched.chunk_ids)) == (5, 20)


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
        ingest = make_ingest(db, chunking=SentenceRule(size, overlap))
        store, _ = await make_store_with(db, documents, folder=tmp_path, ingest=ingest, name=name)
        retriever = Retriever(db, QueryEmbedder(FallbackEmbeddings()))
        hits = 0
        for topic in topics:
            request = SearchRequest(
                (f"How far apart are {topic} kept?",), SearchOptions((store.public_id,), 1, mode="semantic")
            )
            retrieval = await retriever.search(caller, request)
            hits += f"on {topic}:" in retrieval.snippets[0].text[:2_000]
        return hits / len(topics)

    assert await recall(100_000, 0, "whole") <= 0.5
    assert await recall(400, 50, "small") >= 0.9
