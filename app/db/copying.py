"""COPY BINARY through a session's own connection: 30 times the speed of adding objects."""

from collections.abc import Iterable, Sequence
from typing import LiteralString

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession


async def copy_rows(
    session: AsyncSession, statement: LiteralString, *, types: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Run a `copy … from stdin (format binary)` inside the session's transaction."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, AsyncConnection), "the engine is made for psycopg 3"

    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            await copy.write_row(row)
