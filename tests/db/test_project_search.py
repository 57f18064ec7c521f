"""Searching by direct connections: what comes along in one message."""

from collections.abc import Sequence

import pytest

from app.core.types import Caller
from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg
from app.db.chunk_search import Candidate, ChunkKey
from app.db.database import Database
from tests.factories import make_filled_store


@pytest.mark.parametrize("has_words", [True, False], ids=["hybrid", "semantic"])
async def test_neighbours_come_along_where_texts_are_asked_for(
    db: Database, caller: Caller, *, has_words: bool
) -> None:
    """Both legs need a second message for the texts, which brings the chunks beside the best. One leg's texts are there before."""
    store, vectors = await make_filled_store(db, caller, rows=30)
    leg = LexicalLeg({7: 1.0}) if has_words else None
    spec = SearchSpec((store.id,), 10, SemanticLeg(vectors[14], "exact"), leg)
    best: list[ChunkKey] = []

    def choose(found: list[list[Candidate]]) -> Sequence[ChunkKey]:
        best.extend(one.key for one in sorted(found[0], key=lambda one: -(one.cosine or 0)))
        return best

    fetched = await db.of(caller).search.find([spec], choose, texts=1, neighbours_of=1)

    store_id, file_id, ordinal = best[0]
    assert ordinal == 4
    beside = {(store_id, file_id, 3), (store_id, file_id, 5)} if has_words else set()
    assert fetched.neighbours == beside
    assert {best[0]} | beside <= fetched.chunks.keys()
