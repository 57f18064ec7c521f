"""Filters on a file's attributes, as values: a comparison, a membership, or several of these joined by and/or."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

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
