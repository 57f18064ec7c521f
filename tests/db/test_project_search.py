"""Searching by direct connections: what comes along in one message."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import text

from app.core.fusion import Fusion, FusionMethod
from app.core.types import Caller
from app.db import forgetting, project_search
from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg
from app.db.chunk_search import Candidates, ChunkKey
from app.db.database import Database
from app.db.found_texts import FUSED_AT_ONCE, Shown
from app.db.project_search import Wanted
from app.db.statements import Statement
from app.retrieval.ranking import rank
from tests.factories import engine_of, make_filled_store, make_words


@pytest.mark.parametrize(
    ("has_words", "fusion"),
    [(True, None), (True, Fusion("minmax")), (False, None)],
    ids=["hybrid", "hybrid-at-once", "semantic"],
)
async def test_neighbours_come_along_where_texts_are_asked_for(
    db: Database, caller: Caller, *, has_words: bool, fusion: Fusion | None
) -> None:
    """The chunks beside the best have no place in the order. The second message brings them where one does not suffice."""
    store, vectors = await make_filled_store(db, caller, rows=30)
    leg = LexicalLeg({7: 1.0}) if has_words else None
    spec = SearchSpec((store.id,), 10, SemanticLeg(vectors[14], "exact"), leg)
    best: list[ChunkKey] = []

    def choose(found: list[Candidates]) -> Sequence[ChunkKey]:
        best.extend(one.key for one in sorted(found[0].best, key=lambda one: -(one.cosine or 0)))
        return best

    fetched = await db.of(caller).search.find([spec], choose, Wanted(1, beside=1, fusion=fusion))

    store_id, file_id, ordinal = best[0]
    assert ordinal == 4
    beside = {(store_id, file_id, 3), (store_id, file_id, 5)}
    assert fetched.neighbours == beside
    assert {best[0]} | beside <= fetched.chunks.keys()


@pytest.mark.parametrize("method", ["minmax", "zscore", "rrf"])
async def test_a_hybrid_search_by_one_message_finds_what_one_by_two_does(
    db: Database, caller: Caller, method: FusionMethod
) -> None:
    """PostgreSQL only foresees which texts are needed. The ranking decides, and what is missing then is read after all."""
    store, vectors = await make_filled_store(db, caller, rows=30)
    async with db.project(caller.project_id).write() as tx:
        file_id = (await tx.files.get("file-filled-1")).id
        words = (make_words(7, weight=1.0 + n % 4) for n in range(10))
        await tx.lexemes.copy(store.id, {file_id: words})
    spec = SearchSpec((store.id,), 20, SemanticLeg(vectors[25], "exact"), LexicalLeg({7: 1.0}))
    fusion = Fusion(method, 0.4)

    scores: list[dict[ChunkKey, float]] = []

    def choose(found: list[Candidates]) -> list[ChunkKey]:
        ranked = rank(found[0], mode="hybrid", fusion=fusion, idf_sum=1)
        scores.append({entry.candidate.key: entry.score for entry in ranked})
        return [entry.candidate.key for entry in ranked]

    search = db.of(caller).search
    for chosen in (choose, lambda found: choose(found)[::-1]):
        at_once = await search.find([spec], chosen, Wanted(5, fusion=fusion))
        apart = await search.find([spec], chosen, Wanted(5))
        assert len(apart.chunks) == 5
        assert apart.chunks.items() <= at_once.chunks.items()
        assert (at_once.chunk_ids, at_once.filenames) == (apart.chunk_ids, apart.filenames)
    await search.find([spec], lambda found: choose(found)[:8], Wanted(5, named=8, fusion=fusion))
    assert len(scores[0]) > 8
    assert scores[-1].items() <= scores[0].items()
    assert len(scores[-1]) == (8 if fusion.method in FUSED_AT_ONCE else len(scores[0]))


def _spec(semantic: SemanticLeg, lexical: LexicalLeg | None) -> SearchSpec:
    return SearchSpec((1,), 10, semantic, lexical)


_VECTOR = SemanticLeg(np.ones(768, np.float32), "exact")
_WORDS = LexicalLeg({7: 1.0})


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            project_search._statement(_spec(_VECTOR, _WORDS), "p", Shown(has_texts=True, method="minmax")),
            id="both legs",
        ),
        pytest.param(
            project_search._statement(_spec(_VECTOR, None), "p", Shown(has_texts=True, method=None)),
            id="one leg",
        ),
        pytest.param(project_search._TEXTS, id="texts alone"),
        pytest.param(forgetting.GONE, id="files that records name"),
    ],
)
async def test_what_is_known_by_its_key_is_read_by_its_key(db: Database, statement: Statement) -> None:
    """PostgreSQL takes a table that grows for small until it has statistics. Beside a large import, each search read all chunks of its project."""
    async with engine_of(db).connect() as connection:
        await connection.execute(text("set local enable_nestloop = off"))
        sql = statement.sql.decode().replace(":", r"\:")
        plan = "\n".join(await connection.scalars(text(f"explain (generic_plan) {sql}")))

    # A record is large, and comparing with what it holds for each row once took ten seconds.
    assert not re.search(r"Filter: .*\brecord\b", plan)
    # The legs themselves are joined in full.
    assert not re.findall(r"(?:Hash|Merge) (?!Full).*Join.*", plan)
