"""Rows of direct connections as records, detached from any session."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.types import TypeDecorator

from app.db.statements import DIALECT
from app.models import Record

R = TypeVar("R", bound=Record)
_Read = Callable[[Any, Any], Any]


def columns_of(model: type[Record]) -> list[ColumnElement[Any]]:
    """Return a record's columns for a select list, in the order that `record_of` takes."""
    return [attribute.columns[0] for attribute in inspect(model).column_attrs]


def record_of(model: type[R], values: Sequence[Any]) -> R:
    """Return the record of a row's values."""
    # Past the constructor, which notes each attribute as a change: half of what reading a row takes.
    record = cast("R", inspect(model).class_manager.new_instance())
    record.__dict__.update(
        (name, value if read is None else read(value, DIALECT))
        for (name, read), value in zip(_attributes(model), values, strict=True)
    )
    return record


def width_of(model: type[Record]) -> int:
    """Return how many columns a record has."""
    return len(_attributes(model))


@cache
def _attributes(model: type[Record]) -> list[tuple[str, _Read | None]]:
    return [(attribute.key, _reader(attribute.columns[0].type)) for attribute in inspect(model).column_attrs]


def _reader(kind: object) -> _Read | None:
    """Return what makes our value of PostgreSQL's, for types of our own."""
    return kind.process_result_value if isinstance(kind, TypeDecorator) else None
