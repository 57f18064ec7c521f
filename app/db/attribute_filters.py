"""A filter tree as a SQL condition on a store file's attributes: bound values only, typed, never an error.

A comparison with a value of another type, or with an attribute that is not there, matches nothing.
"""

from collections.abc import Iterator
from itertools import count, repeat
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Numeric, Text, and_, bindparam, case, cast, false, func, not_, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.operators import OperatorType, ge, gt, le, lt

from app.core.filters import Comparison, Compound, Filter, Membership, Scalar
from app.models import VectorStoreFile

_ORDERED: dict[str, OperatorType] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def attribute_condition(tree: Filter) -> ColumnElement[bool]:
    """Return the condition under which a row of vector_store_files passes `tree`."""
    return _condition(tree, repeat(None))


def named_condition(shape: Filter) -> ColumnElement[bool]:
    """Return the condition of all filters of a shape; `filter_parameters` has its values. A statement may hold one shape only."""
    return _condition(shape, map(_name, count()))


def filter_parameters(tree: Filter) -> dict[str, object]:
    """Return the values of a filter as the named condition of its shape takes them."""
    return {_name(place): value for place, value in enumerate(_values(tree))}


def _name(place: int) -> str:
    return f"filter_{place}"


def _values(tree: Filter) -> Iterator[object]:
    """Yield what is compared, in the order of the conditions."""
    match tree:
        case Compound():
            for part in tree.parts:
                yield from _values(part)
        case Comparison() if tree.operator in _ORDERED:
            yield str(tree.value)
        case Comparison():
            yield {tree.key: tree.value}
        case Membership():
            yield from ({tree.key: value} for value in tree.values)
        case _:
            assert_never(tree)


def _condition(tree: Filter, names: Iterator[str | None]) -> ColumnElement[bool]:
    match tree:
        case Compound(operator="and"):
            return and_(*(_condition(part, names) for part in tree.parts))
        case Compound():
            return or_(*(_condition(part, names) for part in tree.parts))
        case Comparison(operator="eq"):
            return _equals(tree.key, tree.value, next(names))
        case Comparison(operator="ne"):
            return _same_type(tree.key, tree.value) & not_(_equals(tree.key, tree.value, next(names)))
        case Comparison():
            return _ordered(tree, next(names))
        case Membership(operator="in"):
            return _equals_any(tree, names)
        case Membership():
            return _is_there(tree.key) & not_(_equals_any(tree, names))
        case _:
            assert_never(tree)


def _equals_any(membership: Membership, names: Iterator[str | None]) -> ColumnElement[bool]:
    return or_(false(), *(_equals(membership.key, value, next(names)) for value in membership.values))


def _equals(key: str, value: Scalar, name: str | None) -> ColumnElement[bool]:
    # Containment compares JSON values: 1 equals 1.0, never true or "1".
    return VectorStoreFile.attributes.contains(bindparam(name, {key: value}, type_=JSONB))


def _is_there(key: str) -> ColumnElement[bool]:
    there: ColumnElement[bool] = VectorStoreFile.attributes.has_key(key)
    return there


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def _same_type(key: str, value: object) -> ColumnElement[bool]:
    return func.coalesce(func.jsonb_typeof(VectorStoreFile.attributes[key]) == _json_type(value), False)


def _ordered(comparison: Comparison, name: str | None) -> ColumnElement[bool]:
    value = comparison.value
    if isinstance(value, bool):
        return false()

    stored: Any = VectorStoreFile.attributes[comparison.key].astext
    if isinstance(value, str):
        given = cast(bindparam(name, value, type_=Text), Text)
        ordered = _ORDERED[comparison.operator](stored.collate("C"), given.collate("C"))
    else:
        given = cast(bindparam(name, str(value), type_=Numeric), Numeric)
        ordered = _ORDERED[comparison.operator](cast(stored, Numeric), given)

    # CASE, because AND may evaluate the cast first and fail on another type.
    return case((_same_type(comparison.key, value), ordered), else_=False)
