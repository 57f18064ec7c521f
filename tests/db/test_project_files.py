"""Files of one project while they are read: how PostgreSQL finds them, whatever it knows of the tables."""

import re

from sqlalchemy import text

from app.db import project_files, project_ingest
from app.db.database import Database
from app.db.statements import Statement
from tests.factories import engine_of


async def _generic_plan(db: Database, statement: Statement) -> str:
    async with engine_of(db).connect() as connection:
        await connection.execute(text("set local enable_seqscan = off"))
        sql = statement.sql.decode().replace(":", r"\:")
        return "\n".join(await connection.scalars(text(f"explain (generic_plan, verbose) {sql}")))


async def test_a_file_of_a_store_is_found_by_its_key(db: Database) -> None:
    """Not among all files of the store, which a plan made while the tables were empty went through at each look."""
    plan = await _generic_plan(db, project_files._MEMBER)
    assert re.search(r"Index Cond: .*\.file_id = \(InitPlan \d\)", plan)


async def test_claiming_files_does_not_gather_all_that_were_ever_read(db: Database) -> None:
    """PostgreSQL may answer EXISTS, unlike a look at a single row, by a table of everything that there is."""
    plan = await _generic_plan(db, project_ingest._CLAIMED)
    assert "(SubPlan 1)" in plan
    assert "EXISTS" not in plan
