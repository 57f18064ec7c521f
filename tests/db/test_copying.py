"""COPY of values of every type that our tables have: PostgreSQL reads each as it was meant."""

from typing import Any

import numpy as np
import pytest
from pgvector import HalfVector, SparseVector
from sqlalchemy import text

from app.core.lexemes import LEXEME_SPACE
from app.core.types import Caller
from app.db.copying import copy_rows
from app.db.database import Database


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("int8", -(2**40), -(2**40)),
        ("int8", None, None),
        ("int8[]", np.array([2**40, -1, 0]), [2**40, -1, 0]),
        ("int8[]", np.array([], np.int64), []),
        ("varchar", "Größe €", "Größe €"),
        ("varchar", "", ""),
        ("bytea", b"\0\xff" * 200_000, b"\0\xff" * 200_000),
        ("halfvec", np.array([0.5, -0.25, 1.0], np.float32), HalfVector([0.5, -0.25, 1.0])),
        ("bit varying", np.arange(11) % 3 == 0, "10010010010"),
        (
            "sparsevec",
            (np.array([2, 9]), np.array([0.25, 0.5])),
            SparseVector({2: 0.25, 9: 0.5}, LEXEME_SPACE),
        ),
        ("sparsevec", (np.array([]), np.array([])), SparseVector({}, LEXEME_SPACE)),
    ],
    ids=lambda given: given if isinstance(given, str) and given.isalnum() else "",
)
async def test_values_come_back(db: Database, caller: Caller, kind: str, value: Any, read: Any) -> None:
    """Negative, empty and absent ones, letters of several bytes, and bytes of several pieces."""
    async with db.project(caller.project_id).write() as tx:
        session = tx._session
        await session.execute(
            text(f"create temporary table copied (number bigint, value {kind}) on commit drop")
        )
        await copy_rows(
            session,
            "copied",
            {"number": "int8", "value": kind.removesuffix(" varying")},
            ((n, value) for n in range(3)),
        )
        rows = (await session.execute(text("select number, value from copied order by number"))).all()

    assert [number for number, _ in rows] == [0, 1, 2]
    for _, found in rows:
        assert found == read


async def test_checks_of_keys_keep_their_plans_while_much_is_stored(db: Database, caller: Caller) -> None:
    """Other transactions plan each statement for its values: searches need that, COPY would do it for each row."""
    modes = []
    for grows in (True, False):
        async with db.project(caller.project_id).write(grows=grows) as tx:
            modes.append(await tx._session.scalar(text("show plan_cache_mode")))

    assert modes == ["auto", "force_custom_plan"]
