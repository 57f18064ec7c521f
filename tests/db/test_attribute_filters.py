"""Filters on attributes, in PostgreSQL: typed, nested, and no value is ever part of the SQL."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.types import Caller
from app.db.database import Database
from app.library.ingest import IngestFile
from app.wire.filters import Filter, to_filter
from tests.factories import make_ingest, read_queue

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "int": {"v": 5},
    "float": {"v": 5.5},
    "text": {"v": "5"},
    "word": {"v": "b'; drop table files --"},
    "true": {"v": True},
    "none": {"other": 1},
}
_FILTERS: TypeAdapter[Filter] = TypeAdapter(Filter)


async def matching(db: Database, caller: Caller, folder: Path, tree: dict[str, Any]) -> set[str]:
    """Return the files that pass, one chunk a file."""
    ingest = make_ingest(db)
    store = await ingest.find_or_create_store(caller, "filters")
    for name, attributes in ATTRIBUTES.items():
        path = folder / f"{name}.txt"
        path.write_text(f"text of {name}", encoding="utf-8")
        await ingest.submit(caller, store, IngestFile(path, name, attributes=attributes))
    await read_queue(db)
    found = set()
    async with db.project(caller.project_id).read() as snapshot:
        for name, attributes in ATTRIBUTES.items():
            (key, value), *_ = attributes.items()
            only_it = {"type": "eq", "key": key, "value": value}
            filters = to_filter(_FILTERS.validate_python({"type": "and", "filters": [tree, only_it]}))
            files, chunks = await snapshot.vector_store_files.count_passing([store.id], filters)
            assert files == chunks
            # Searches share one statement among all filters of a shape.
            assert await db.of(caller).search.count_passing([store.id], filters) == (files, chunks)
            if files:
                found.add(name)
    return found


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        ({"type": "eq", "key": "v", "value": 5}, {"int"}),
        ({"type": "eq", "key": "v", "value": "5"}, {"text"}),
        ({"type": "eq", "key": "v", "value": True}, {"true"}),
        ({"type": "ne", "key": "v", "value": 5}, {"float"}),
        ({"type": "gt", "key": "v", "value": 5}, {"float"}),
        ({"type": "gte", "key": "v", "value": 5}, {"int", "float"}),
        ({"type": "lt", "key": "v", "value": 5.5}, {"int"}),
        ({"type": "lte", "key": "v", "value": "a"}, {"text"}),
        ({"type": "gt", "key": "v", "value": True}, set()),
        ({"type": "in", "key": "v", "value": [5, "5", 7]}, {"int", "text"}),
        ({"type": "in", "key": "v", "value": []}, set()),
        ({"type": "nin", "key": "v", "value": [5]}, {"float", "text", "word", "true"}),
        ({"type": "eq", "key": "v", "value": "b'; drop table files --"}, {"word"}),
        ({"type": "eq", "key": "x'] = 1 or 1=1 --", "value": 1}, set()),
        (
            {
                "type": "or",
                "filters": [
                    {"type": "eq", "key": "v", "value": 5},
                    {"type": "eq", "key": "other", "value": 1},
                ],
            },
            {"int", "none"},
        ),
        (
            {
                "type": "and",
                "filters": [
                    {"type": "gte", "key": "v", "value": 5},
                    {"type": "lt", "key": "v", "value": 5.2},
                ],
            },
            {"int"},
        ),
    ],
)
async def test_operators_are_typed(
    db: Database, caller: Caller, tmp_path: Path, tree: dict[str, Any], names: set[str]
) -> None:
    """Each operator matches values of its own type only; a mismatch matches nothing and fails nothing."""
    assert await matching(db, caller, tmp_path, tree) == names


def test_filters_are_of_bearable_size() -> None:
    """Nesting and the number of parts have a limit."""
    leaf: dict[str, Any] = {"type": "eq", "key": "a", "value": 1}
    deep = leaf
    for _ in range(8):
        deep = {"type": "and", "filters": [deep]}

    for tree in (deep, {"type": "or", "filters": [leaf] * 100}):
        with pytest.raises(ValidationError, match="at most"):
            _FILTERS.validate_python(tree)
