"""Recorded retrievals on the wire."""

import datetime as dt
from typing import Any

import pytest

from app.core.permissions import SourceLinks
from app.models import RetrievalRecord
from app.wire.footnote import recorded_retrieval_body

_SHOWN = [
    {"chunk_id": "chunk_a_0", "score": 0.9, "scores": {"cosine": 0.123457, "lexical": 2.5}},
    {"chunk_id": None, "score": 0.4, "scores": {"cosine": 0.1, "lexical": None}},
]


@pytest.mark.parametrize(
    "candidates",
    [
        {
            "chunk_ids": ["chunk_a_0", None],
            "scores": [0.9, 0.4],
            "cosines": [0.123456789, 0.1],
            "lexicals": [2.5, None],
        },
        _SHOWN,
    ],
    ids=["columns", "objects-of-older-versions"],
)
def test_candidates_are_objects_however_they_were_recorded(candidates: Any) -> None:
    """Records that an older version wrote can still be read."""
    record = RetrievalRecord(
        public_id="ret_1", created_at=dt.datetime.now(dt.UTC), record={"candidates": candidates, "chunks": []}
    )

    body = recorded_retrieval_body(record, SourceLinks("http://localhost", "proj_a"))

    assert body["candidates"] == _SHOWN
