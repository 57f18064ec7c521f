"""The statement that finds candidates: both legs of a search, semantic and lexical, and both scores, in one SELECT."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Literal, NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray
from pgvector import Bit, HalfVector, SparseVector
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import UserDefinedType

from app.core.filters import Filter, shape_of
from app.core.lexemes import LEXEME_SPACE
from app.core.sign_bits import PROJECTED_BITS, needs_projection, projected_signs
from app.core.types import EmbeddingSpace, SearchRoute
from app.db.attribute_filters import filter_parameters, named_condition
from app.db.lexemes import store_key
from app.models import Chunk, ChunkLexemes, VectorStore, VectorStoreFile
from app.models.base import Sparsevec, VarBit

# Re-ranking the best 200 by sign bits found .998 of the exact top ten at 100,000 rows of 1,536 dimensions.
_BITS_CANDIDATES = 200
# Among chunks of one topic, all of them near, twice the limit lost two of a hundred (benchmarks/recall.py), four times less than one.
_BITS_OVERSAMPLING = 4
# Of this many of the rarest lexemes, two are enough together.
_MOST_PAIRED = 6


@dataclass(frozen=True, slots=True)
class SemanticLeg:
    """Nearness to an embedding, over a route. Only IVFFlat uses `probes`.

    With `space`, nothing is found if a store has moved to another space since the query was embedded.
    """

    embedding: NDArray[np.float32]
    route: SearchRoute
    probes: int = 1
    space: EmbeddingSpace | None = None

    @property
    def dimensions(self) -> int:
        return len(self.embedding)


@dataclass(frozen=True, slots=True)
class LexicalLeg:
    """BM25 by the idf of the query's lexemes. With `rarest` only chunks that hold one of those are ranked.

    `alone` says of how many of them one is enough; of the others a chunk has to hold two. In a hybrid search with `together` it
    has to hold all of those instead. Behind filters and in several stores too few chunks would be left, so one is enough.
    """

    weights: Mapping[int, float]
    rarest: tuple[int, ...] = ()
    alone: int | None = None
    together: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchSpec:
    """What to search in which stores: `limit` candidates of each given leg, without the chunks of `without_file`."""

    store_ids: tuple[int, ...]
    limit: int
    semantic: SemanticLeg | None = None
    lexical: LexicalLeg | None = None
    filters: Filter | None = None
    without_file: int | None = None

    @property
    def is_hybrid(self) -> bool:
        """Whether both legs are asked."""
        return self.semantic is not None and self.lexical is not None

    @property
    def is_kept(self) -> bool:
        """Whether the statement is the same object for every such search."""
        return self.without_file is None


class _Shape(NamedTuple):
    """The part of a spec that shapes its statement. What is searched for comes as parameters."""

    project_id: str | None
    store_ids: tuple[int, ...]
    limit: int
    route: SearchRoute | None
    dimensions: int
    space: EmbeddingSpace | None
    has_words: bool
    has_rarest: bool
    several: int


class Sized(UserDefinedType[Any]):
    """halfvec or bit of a fixed length, as IVFFlat's expression indexes need it."""

    cache_ok = True

    def __init__(self, name: Literal["halfvec", "bit"], length: int) -> None:
        self.name = name
        self.length = length

    def get_col_spec(self, **_: object) -> str:
        return f"{self.name}({self.length})"


def candidate_statement(spec: SearchSpec, project_id: str | None) -> Select[Any]:
    """Return the search as one SELECT of keys with distance and product; see `candidate_parameters`.

    Nothing is found if a store belongs to another project. Without a project (index care) all stores are searched.

    Building a statement can cost more than the search, so statements are kept, one for all filters of a shape.
    """
    leg, words = spec.semantic, spec.lexical
    shape = _Shape(
        project_id,
        spec.store_ids,
        spec.limit,
        leg.route if leg else None,
        leg.dimensions if leg else 0,
        leg.space if leg else None,
        has_words=words is not None,
        has_rarest=bool(words and words.rarest),
        several=len(_several(spec)),
    )
    filters = None if spec.filters is None else shape_of(spec.filters)
    if spec.is_kept:
        return _kept_statement(shape, filters)
    return _statement(shape, filters, spec.without_file)


def candidate_parameters(spec: SearchSpec) -> dict[str, object]:
    """Return what the spec searches for, as the statement's parameters."""
    parameters = {} if spec.filters is None else filter_parameters(spec.filters)
    if spec.semantic is not None:
        parameters["query"] = HalfVector(spec.semantic.embedding)
        if spec.semantic.route == "bits" and needs_projection(spec.semantic.dimensions):
            parameters["signs"] = Bit(projected_signs(spec.semantic.embedding))
    if spec.lexical is not None:
        parameters["weights"] = SparseVector(dict(spec.lexical.weights), LEXEME_SPACE)
        if spec.lexical.rarest:
            parameters["wanted"] = _store_keys(spec, _enough(spec))
            for number, several in enumerate(_several(spec)):
                parameters[f"several_{number}"] = _store_keys(spec, several)
    return parameters


def _enough(spec: SearchSpec) -> tuple[int, ...]:
    """Return the lexemes of which one is enough."""
    words = spec.lexical
    if words is None or not _is_whole(spec):
        return words.rarest if words else ()
    return () if spec.is_hybrid and words.together else words.rarest[: words.alone]


def _several(spec: SearchSpec) -> list[tuple[int, ...]]:
    """Return the lexemes that are enough if a chunk holds all of one entry."""
    words = spec.lexical
    if words is None or words.alone is None or not _is_whole(spec):
        return []
    if spec.is_hybrid and words.together:
        return [words.together]
    return list(combinations(words.rarest[words.alone : _MOST_PAIRED], 2))


def _is_whole(spec: SearchSpec) -> bool:
    """Whether all of one store is searched."""
    return len(spec.store_ids) == 1 and spec.filters is None


def _store_keys(spec: SearchSpec, lexemes: Iterable[int]) -> list[int]:
    return [store_key(store_id, lexeme) for lexeme in lexemes for store_id in spec.store_ids]


@lru_cache(maxsize=512)
def _kept_statement(shape: _Shape, filters: Filter | None) -> Select[Any]:
    return _statement(shape, filters, None)


def _statement(shape: _Shape, filters: Filter | None, without_file: int | None) -> Select[Any]:
    """Return the best chunks of each leg, with the scores of both legs."""
    rows = _Rows(shape, filters, without_file)
    if not shape.has_words:
        nearest = _nearest(shape, rows).subquery("nearest").c
        statement = select(*_keys(nearest), nearest.distance, null().label("product"))
    elif shape.route is None:
        matching = _lexical_matches(shape, rows).subquery("matching").c
        statement = select(*_keys(matching), null().label("distance"), matching.product)
    else:
        statement = _both(_nearest(shape, rows), _lexical_matches(shape, rows), shape)
    foreign = _foreign(shape)
    return statement if foreign is None else statement.where(~foreign)


def _both(nearest: Select[Any], lexical: Select[Any], shape: _Shape) -> Select[Any]:
    near, matching = nearest.subquery("nearest"), lexical.subquery("matching")
    same = and_(*(a == b for a, b in zip(_keys(near.c), _keys(matching.c), strict=True)))
    keys = [func.coalesce(a, b) for a, b in zip(_keys(near.c), _keys(matching.c), strict=True)]
    # A leg's own scores are not computed again: reading an embedding costs a visit to its TOAST. The others are looked up one
    # by one: for a join, PostgreSQL may read a whole table that it takes for small, because it is growing.
    of_embedding = Chunk.embedding.op("<=>")(_query_vector(shape))
    of_words = ChunkLexemes.weights.op("<#>")(_query_weights())
    distance = _unless_known(near.c.distance, of_embedding, Chunk, keys)
    product = _unless_known(matching.c.product, of_words, ChunkLexemes, keys)
    return select(*keys, distance.label("distance"), product.label("product")).select_from(
        near.join(matching, same, full=True)
    )


def _unless_known(
    known: ColumnElement[Any], score: ColumnElement[Any], table: Any, keys: Sequence[ColumnElement[Any]]
) -> ColumnElement[Any]:
    """Return a score that a leg has computed, or else that of the row with these keys."""
    at_key = and_(*(a == b for a, b in zip(_keys(table), keys, strict=True)))
    return case((known.is_(None), select(score).where(at_key).scalar_subquery()), else_=known)


def _foreign(shape: _Shape) -> ColumnElement[bool] | None:
    """Whether any store belongs to another project or space. PostgreSQL asks this once, before it compares a vector."""
    others: list[ColumnElement[bool]] = []
    if shape.project_id is not None:
        others.append(VectorStore.project_id != shape.project_id)
    if shape.space is not None:
        others.append(VectorStore.embedding_model != shape.space.model)
        others.append(VectorStore.dimensions != shape.space.dimensions)
    if not others:
        return None
    stores = VectorStore.id.in_([_literal(store_id) for store_id in shape.store_ids])
    return select(VectorStore.id).where(stores, or_(*others)).exists()


def _nearest(shape: _Shape, rows: "_Rows") -> Select[Any]:
    query = _query_vector(shape)
    match shape.route:
        case "ivfflat" if needs_projection(shape.dimensions):
            # relaxed_order may yield rows slightly out of order. The ranking sorts the candidates.
            distance = cast(Chunk.embedding, Sized("halfvec", shape.dimensions)).op("<=>")(query)
            return rows.of(Chunk, distance.label("distance")).order_by(distance).limit(_literal(shape.limit))
        case "ivfflat" | "bits":
            limit = max(_BITS_CANDIDATES, _BITS_OVERSAMPLING * shape.limit)
            closest = rows.of(Chunk, Chunk.embedding).order_by(_hamming(shape)).limit(_literal(limit))
            best = closest.subquery("closest").c
            distance = best.embedding.op("<=>")(query)
            keys = _keys(best)
            order = _newest_first(best)
            return (
                select(*keys, distance.label("distance"))
                .order_by(distance, *order)
                .limit(_literal(shape.limit))
            )
        case "exact" | "empty" | "lexical" | "spread" | "listing" | None:
            distance = Chunk.embedding.op("<=>")(query)
            nearest = rows.of(Chunk, distance.label("distance"))
            return nearest.order_by(distance, *_newest_first(Chunk)).limit(_literal(shape.limit))
        case _:
            assert_never(shape.route)


def _hamming(shape: _Shape) -> ColumnElement[Any]:
    """Count the signs that differ from the query's."""
    # As a query of its own this is asked once: a plan that is kept would quantize the query for each row.
    signs_of_query = func.binary_quantize(_query_vector(shape), type_=VarBit())
    if shape.route == "ivfflat":
        # Written as the index has it. Without the casts no index is used, so that "bits" is always a scan.
        indexed = Sized("bit", shape.dimensions)
        return cast(Chunk.bits, indexed).op("<~>")(select(cast(signs_of_query, indexed)).scalar_subquery())
    plain = Chunk.bits.op("<~>")(select(signs_of_query).scalar_subquery())
    if not needs_projection(shape.dimensions):
        return plain
    signs = bindparam("signs", type_=VarBit())
    return func.coalesce(Chunk.projected.op("<~>")(signs), plain * (PROJECTED_BITS / shape.dimensions))


def _lexical_matches(shape: _Shape, rows: "_Rows") -> Select[Any]:
    product = ChunkLexemes.weights.op("<#>")(_query_weights())
    statement = rows.of(ChunkLexemes, product.label("product"))
    if shape.has_rarest:
        one = ChunkLexemes.lexemes.overlap(bindparam("wanted", type_=ARRAY(BigInteger)))
        together = (
            ChunkLexemes.lexemes.contains(bindparam(f"several_{number}", type_=ARRAY(BigInteger)))
            for number in range(shape.several)
        )
        statement = statement.where(or_(one, *together))
    best = (
        statement.order_by(product, *_newest_first(ChunkLexemes))
        .limit(_literal(shape.limit))
        .subquery("best")
        .c
    )
    # Filtered outside, because inside the product would be computed twice for each row.
    return select(*_keys(best), best.product).where(best.product < 0)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that are searched: those of the stores whose files pass the filters and are not left out."""

    shape: _Shape
    filters: Filter | None
    without_file: int | None

    def of(self, table: Any, *columns: Any) -> Select[Any]:
        """Return a table's keys and some columns of these rows."""
        in_stores = (self._in_store(table, store_id) for store_id in self.shape.store_ids)
        rows = select(*_keys(table), *columns).where(or_(*in_stores))
        return rows if self.without_file is None else rows.where(table.file_id != self.without_file)

    def _in_store(self, table: Any, store_id: int) -> ColumnElement[bool]:
        in_store: ColumnElement[bool] = table.vector_store_id == _literal(store_id)
        if self.filters is None:
            return in_store
        passing = select(VectorStoreFile.file_id).where(
            VectorStoreFile.vector_store_id == _literal(store_id),
            named_condition(self.filters),
        )
        return and_(in_store, table.file_id == func.any(func.array(passing.scalar_subquery())))


def _literal(number: int) -> ColumnElement[int]:
    """Return a number of our own as a literal.

    With a parameter PostgreSQL cannot use a store's partial index, nor foresee how few rows are wanted.
    """
    return literal_column(str(int(number)), BigInteger)


def _keys(table: Any) -> tuple[Any, Any, Any]:
    return table.vector_store_id, table.file_id, table.ordinal


def _newest_first(table: Any) -> tuple[Any, Any, Any]:
    """Order equally good chunks: those of a newer file come first."""
    store, file, ordinal = _keys(table)
    return store, file.desc(), ordinal


def _query_vector(shape: _Shape) -> ColumnElement[Any]:
    return cast(bindparam("query"), Sized("halfvec", shape.dimensions))


def _query_weights() -> ColumnElement[Any]:
    return cast(bindparam("weights"), Sparsevec())
