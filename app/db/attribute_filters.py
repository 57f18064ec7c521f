"""A filter tree as a SQL condition on a store file's attributes: bound values only, typed, never an error.

A comparison with a value of another type, or with an attribute that is not there, matches nothing.
"""

from typing import Any, assert_never

from sqlalchemy import ColumnElement, Numeric, Text, and_, bindparam, case, cast, false, func, not_, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.operators import OperatorType, ge, gt, le, lt

from app.core.filters import Comparison, Compound, Filter, Membership
from app.models import VectorStoreFile

_ORDERED: dict[str, OperatorType] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def attribute_condition(tree: Filter) -> ColumnElement[bool]:
    """Return the condition under which a row of vector_store_files passes `tree`."""
    match tree:
        case Compound(operator="and"):
            return and_(*(attribute_condition(part) for part in tree.parts))
        case Compound():
            return or_(*(attribute_condition(part) for part in tree.parts))
        case Comparison(operator="eq"):
            return _equals(tree.key, tree.value)
        case Comparison(operator="ne"):
            return _same_type(tree.key, tree.value) & not_(_equals(tree.key, tree.value))
        case Comparison():
            return _ordered(tree)
        case Membership(operator="in"):
            return or_(false(), *(_equals(tree.key, value) for value in tree.values))
        case Membership():
            return _is_there(tree.key) & not_(
                or_(false(), *(_equals(tree.key, value) for value in tree.values))
            )
        case _:
            assert_never(tree)


def _equals(key: str, value: object) -> ColumnElement[bool]:
    # Containment compares JSON values: 1 equals 1.0, never true or "1".
    return VectorStoreFile.attributes.contains(bindparam(None, {key: value}, type_=JSONB))


def _is_there(key: str) -> ColumnElement[bool]:
    there: ColumnElement[bool] = VectorStoreFile.attributes.has_key(key)
    return there


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def _same_type(key: str, value: object) -> ColumnElement[bool]:
    return func.coalesce(func.jsonb_typeof(VectorStoreFile.attributes[key]) == _json_type(value), False)


def _ordered(comparison: Comparison) -> ColumnElement[bool]:
    value = comparison.value
    if isinstance(value, bool):
        return false()

    stored: Any = VectorStoreFile.attributes[comparison.key].astext
    if isinstance(value, str):
        ordered = _ORDERED[comparison.operator](stored.collate("C"), cast(value, Text).collate("C"))
    else:
        ordered = _ORDERED[comparison.operator](cast(stored, Numeric), cast(str(value), Numeric))

    # CASE, because AND may evaluate the cast first and fail on another type.
    return case((_same_type(comparison.key, value), ordered), else_=False)
