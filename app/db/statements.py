"""Statements as PostgreSQL takes them: with `$1`, `$2`, … in the place of parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

DIALECT: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with `$1`, `$2`, …, and the names and own values of its parameters in this order."""

    sql: bytes
    names: tuple[str, ...] = ()
    values: Mapping[str, object] | None = None


class Bound(NamedTuple):
    """A statement with what PostgreSQL gets for its parameters, whether it is worth preparing, and whether rows are read."""

    statement: Statement
    parameters: Sequence[bytes | None] = ()
    formats: Sequence[int] = ()
    is_prepared: bool = True
    is_read: bool = True


def compiled(statement: Executable) -> Statement:
    """Return a statement of SQLAlchemy's as PostgreSQL takes it."""
    made: Any = statement.compile(dialect=DIALECT)  # type: ignore[attr-defined]
    return Statement(made.string.encode(), tuple(made.positiontup or ()), dict(made.params))
