"""Filters on a file's attributes, as values: a comparison, a membership, or several of these joined by and/or. Pure."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, assert_never

Scalar: TypeAlias = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An attribute against one value."""

    operator: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    key: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Membership:
    """An attribute against several values."""

    operator: Literal["in", "nin"]
    key: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """All of the parts, or any of them."""

    operator: Literal["and", "or"]
    parts: tuple["Filter", ...]


Filter: TypeAlias = Comparison | Membership | Compound


def shape_of(tree: Filter) -> Filter:
    """Return the filter with a stand-in for each value, one for each type."""
    match tree:
        case Comparison():
            return replace(tree, value=_stand_in(tree.value))
        case Membership():
            return replace(tree, values=tuple(map(_stand_in, tree.values)))
        case Compound():
            return replace(tree, parts=tuple(map(shape_of, tree.parts)))
        case _:
            assert_never(tree)


def _stand_in(value: Scalar) -> Scalar:
    # In Python True equals 1, so numbers have a stand-in that equals neither truth value.
    if isinstance(value, bool):
        return True
    return "text" if isinstance(value, str) else 1.5
