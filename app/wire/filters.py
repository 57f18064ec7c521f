"""Filters on attributes: a comparison, or comparisons joined by and/or, nested."""

from typing import Annotated, Literal, Self, TypeAlias, assert_never

from pydantic import Discriminator, Field, Tag, model_validator

from app.core import filters
from app.wire.base import WireModel

MAX_FILTER_DEPTH = 8
MAX_FILTER_NODES = 100

Scalar: TypeAlias = bool | int | float | Annotated[str, Field(max_length=512)]
Key: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]


class ComparisonFilter(WireModel):
    type: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    key: Key
    value: Scalar


class MembershipFilter(WireModel):
    type: Literal["in", "nin"]
    key: Key
    value: Annotated[list[Scalar], Field(max_length=256)]


class CompoundFilter(WireModel):
    type: Literal["and", "or"]
    filters: Annotated[list["Filter"], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_of_bearable_size(self) -> Self:
        depth, nodes = _measure(self)
        if depth > MAX_FILTER_DEPTH or nodes > MAX_FILTER_NODES:
            raise ValueError(
                f"filters go at most {MAX_FILTER_DEPTH} deep and hold at most {MAX_FILTER_NODES} parts"
            )
        return self


def _kind(value: object) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    if kind in ("and", "or"):
        return "compound"
    if kind in ("in", "nin"):
        return "membership"
    return "comparison"


Filter: TypeAlias = Annotated[
    Annotated[ComparisonFilter, Tag("comparison")]
    | Annotated[MembershipFilter, Tag("membership")]
    | Annotated[CompoundFilter, Tag("compound")],
    Discriminator(_kind),
]


def to_filter(tree: ComparisonFilter | MembershipFilter | CompoundFilter) -> filters.Filter:
    """Return the filter as a value."""
    match tree:
        case ComparisonFilter():
            return filters.Comparison(tree.type, tree.key, tree.value)
        case MembershipFilter():
            return filters.Membership(tree.type, tree.key, tuple(tree.value))
        case CompoundFilter():
            return filters.Compound(tree.type, tuple(to_filter(part) for part in tree.filters))
        case _:
            assert_never(tree)


def _measure(part: ComparisonFilter | MembershipFilter | CompoundFilter) -> tuple[int, int]:
    if not isinstance(part, CompoundFilter):
        return 1, 1
    inner = [_measure(child) for child in part.filters]
    return 1 + max(depth for depth, _ in inner), 1 + sum(nodes for _, nodes in inner)
