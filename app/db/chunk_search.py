"""Search over chunks: the candidates of both legs, semantic and lexical, with both scores, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray
from pgvector import Bit, HalfVector
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import UserDefinedType

from app.core import ids
from app.core.sign_bits import PROJECTED_BITS, needs_projection, projected_signs
from app.core.types import EmbeddingSpace, Json, SearchRoute
from app.db.attribute_filters import attribute_condition
from app.db.lexemes import sparse_vector, store_key
from app.models import Chunk, ChunkLexemes, File, VectorStore, VectorStoreFile
from app.models.base import Sparsevec, VarBit
from app.wire.filters import Filter

# Re-ranking the best 200 by sign bits found .998 of the exact top ten at 100,000 rows of 1,536 dimensions.
BITS_CANDIDATES = 200

# Default costs make the planner scan the table where the index is ten times faster; a generic plan cannot use
# a partial index at all.
_PLANNER = text("""
    select set_config('random_page_cost', '1.1', true),
           set_config('plan_cache_mode', 'force_custom_plan', true),
           set_config('ivfflat.iterative_scan', 'relaxed_order', true),
           set_config('ivfflat.probes', :probes, true)
""")

ChunkKey = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class SemanticLeg:
    """Nearness to an embedding, over a route. `probes` counts for IVFFlat.

    With `space`, stores that have moved to another one since the query was embedded are not searched: nothing is found.
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
    """BM25 by the idf of the query's lexemes. With `rarest` only chunks that hold one of those are ranked."""

    weights: Mapping[int, float]
    rarest: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchSpec:
    """What to search in which stores: `limit` candidates of each leg that is given, none `without_file`'s."""

    store_ids: tuple[int, ...]
    limit: int
    semantic: SemanticLeg | None = None
    lexical: LexicalLeg | None = None
    filters: Filter | None = None
    without_file: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that a leg found, with the scores of both, None for a leg that was not asked.

    `cosine` is the cosine similarity to the query, -1..1; `lexical` is BM25's sum, 0 and up.
    """

    key: ChunkKey
    cosine: float | None = None
    lexical: float | None = None


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A chunk's text and where it stands."""

    key: ChunkKey
    chunk_id: str
    file_id: str
    filename: str
    content: str
    char_start: int
    char_end: int
    page: int | None
    heading: str | None
    source: str | None
    attributes: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)


class HalfvecOf(UserDefinedType[HalfVector]):
    """halfvec of a fixed dimension, as IVFFlat's expression indexes need it."""

    cache_ok = True

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    def get_col_spec(self, **_: object) -> str:
        return f"halfvec({self.dimensions})"


class ChunkSearch:
    """Searches one project's chunks."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def find_candidates(self, spec: SearchSpec) -> list[Candidate]:
        """Return the candidates of the spec's legs, each chunk once, in no order."""
        await self._session.execute(_PLANNER, {"probes": _probes(spec)})
        rows = await self._session.execute(candidate_statement(spec, self._project_id))
        return [
            Candidate((store, file, ordinal), _similarity(distance), _bm25(product))
            for store, file, ordinal, distance, product in rows
        ]

    async def fetch(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, FoundChunk]:
        """Return the texts of chunks by their keys."""
        rows = await self._session.execute(_texts(keys, self._project_id))
        return {found.key: found for found in map(_found, rows)}

    async def chunk_ids(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, str]:
        """Return the public ids of chunks by their keys."""
        query = select(File.id, File.public_id).where(
            File.project_id == self._project_id, File.id.in_({file_id for _, file_id, _ in keys})
        )
        files = {row.id: row.public_id for row in await self._session.execute(query)}
        return {key: ids.chunk_id(files[key[1]], key[2]) for key in keys if key[1] in files}

    async def explain(self, spec: SearchSpec) -> str:
        """Return PostgreSQL's plan for the search."""
        await self._session.execute(_PLANNER, {"probes": _probes(spec)})
        statement = candidate_statement(spec, self._project_id)
        connection = await self._session.connection()
        compiled = statement.compile(connection.sync_engine)
        rows = await connection.exec_driver_sql(f"explain {compiled.string}", compiled.construct_params())
        return "\n".join(row[0] for row in rows)


def candidate_statement(spec: SearchSpec, project_id: str) -> Select[Any]:
    """Return the search as one SELECT: each leg's best chunks, then both scores of all of them."""
    legs = []
    if spec.semantic is not None:
        legs.append(_nearest(spec, spec.semantic, project_id).subquery("nearest"))
    if spec.lexical is not None:
        legs.append(_saying(spec, spec.lexical, project_id).subquery("saying"))
    keys = union(*(select(leg.c.vector_store_id, leg.c.file_id, leg.c.ordinal) for leg in legs)).subquery()

    distance: ColumnElement[Any] = null()
    product: ColumnElement[Any] = null()
    statement = select(keys.c.vector_store_id, keys.c.file_id, keys.c.ordinal)
    if spec.semantic is not None:
        distance = Chunk.embedding.op("<=>")(_query_vector(spec.semantic))
        statement = statement.join(Chunk, _same_key(Chunk, keys.c))
        if spec.semantic.space is not None:
            statement = statement.where(_are_in_space(spec.store_ids, spec.semantic.space))
    if spec.lexical is not None:
        product = ChunkLexemes.weights.op("<#>")(_query_weights(spec.lexical))
        statement = statement.outerjoin(ChunkLexemes, _same_key(ChunkLexemes, keys.c))
    return statement.add_columns(distance.label("distance"), product.label("product"))


def _are_in_space(store_ids: tuple[int, ...], space: EmbeddingSpace) -> ColumnElement[bool]:
    """Whether all the stores are in this space: asked once, before any vector is compared."""
    others = select(VectorStore.id).where(
        VectorStore.id.in_(store_ids),
        or_(VectorStore.embedding_model != space.model, VectorStore.dimensions != space.dimensions),
    )
    return ~others.exists()


def _nearest(spec: SearchSpec, leg: SemanticLeg, project_id: str) -> Select[Any]:
    query = _query_vector(leg)
    match leg.route:
        case "ivfflat":
            # relaxed_order may yield rows slightly out of order: whoever ranks the candidates sorts them.
            indexed = cast(Chunk.embedding, HalfvecOf(leg.dimensions))
            return _keys(Chunk, spec, project_id).order_by(indexed.op("<=>")(query)).limit(spec.limit)
        case "bits":
            limit = max(BITS_CANDIDATES, 4 * spec.limit)
            closest = _keys(Chunk, spec, project_id).add_columns(Chunk.embedding).order_by(_hamming(leg))
            best = closest.limit(limit).subquery("closest").c
            keys = (best.vector_store_id, best.file_id, best.ordinal)
            return select(*keys).order_by(best.embedding.op("<=>")(query), *keys).limit(spec.limit)
        case "exact" | "empty" | "lexical":
            order = (Chunk.embedding.op("<=>")(query), Chunk.vector_store_id, Chunk.file_id, Chunk.ordinal)
            return _keys(Chunk, spec, project_id).order_by(*order).limit(spec.limit)
        case _:
            assert_never(leg.route)


def _hamming(leg: SemanticLeg) -> ColumnElement[Any]:
    """Count the signs that differ from the query's."""
    plain = Chunk.bits.op("<~>")(func.binary_quantize(_query_vector(leg)))
    if not needs_projection(leg.dimensions):
        return plain
    signs = bindparam(None, Bit(projected_signs(leg.embedding)), type_=VarBit())
    return func.coalesce(Chunk.projected.op("<~>")(signs), plain * (PROJECTED_BITS / leg.dimensions))


def _saying(spec: SearchSpec, leg: LexicalLeg, project_id: str) -> Select[Any]:
    product = ChunkLexemes.weights.op("<#>")(_query_weights(leg))
    keys = (ChunkLexemes.vector_store_id, ChunkLexemes.file_id, ChunkLexemes.ordinal)
    statement = _keys(ChunkLexemes, spec, project_id)
    if leg.rarest:
        wanted = [store_key(store_id, lexeme) for store_id in spec.store_ids for lexeme in leg.rarest]
        statement = statement.where(
            ChunkLexemes.lexemes.overlap(bindparam(None, wanted, type_=ARRAY(BigInteger)))
        )
    return statement.where(product < 0).order_by(product, *keys).limit(spec.limit)


def _keys(table: Any, spec: SearchSpec, project_id: str) -> Select[Any]:
    in_stores = (_in_store(table, store_id, spec.filters, project_id) for store_id in spec.store_ids)
    keys = select(table.vector_store_id, table.file_id, table.ordinal).where(or_(*in_stores))
    return keys if spec.without_file is None else keys.where(table.file_id != spec.without_file)


def _in_store(table: Any, store_id: int, filters: Filter | None, project_id: str) -> ColumnElement[bool]:
    """Keep the store's rows that pass the filters. Our own store id goes in as a literal: see _PLANNER."""
    in_store: ColumnElement[bool] = table.vector_store_id == literal_column(str(int(store_id)))
    if filters is None:
        return in_store

    passing = select(VectorStoreFile.file_id).where(
        VectorStoreFile.project_id == project_id,
        VectorStoreFile.vector_store_id == store_id,
        attribute_condition(filters),
    )
    return and_(in_store, table.file_id == func.any(func.array(passing.scalar_subquery())))


def _same_key(table: Any, keys: Any) -> ColumnElement[bool]:
    return and_(
        table.vector_store_id == keys.vector_store_id,
        table.file_id == keys.file_id,
        table.ordinal == keys.ordinal,
    )


def _query_vector(leg: SemanticLeg) -> ColumnElement[Any]:
    return cast(HalfVector(leg.embedding), HalfvecOf(leg.dimensions))


def _query_weights(leg: LexicalLeg) -> ColumnElement[Any]:
    return cast(sparse_vector(leg.weights), Sparsevec())


def _texts(keys: Sequence[ChunkKey], project_id: str) -> Select[*tuple[Any, ...]]:
    chunk_key = tuple_(Chunk.vector_store_id, Chunk.file_id, Chunk.ordinal)
    return (
        select(
            Chunk.vector_store_id,
            Chunk.file_id,
            Chunk.ordinal,
            File.public_id,
            File.filename,
            Chunk.content,
            Chunk.char_start,
            Chunk.char_end,
            Chunk.page,
            Chunk.heading,
            VectorStoreFile.source,
            VectorStoreFile.attributes,
            VectorStoreFile.notes,
        )
        .join(
            VectorStoreFile,
            (VectorStoreFile.vector_store_id == Chunk.vector_store_id)
            & (VectorStoreFile.file_id == Chunk.file_id),
        )
        .join(File, File.id == Chunk.file_id)
        .where(Chunk.project_id == project_id, chunk_key.in_(keys))
    )


def _found(row: Any) -> FoundChunk:
    store, file, ordinal, public_id, filename, content, *place, source, attributes, notes = row
    start, end, page, heading = place
    return FoundChunk(
        key=(store, file, ordinal),
        chunk_id=ids.chunk_id(public_id, ordinal),
        file_id=public_id,
        filename=filename,
        content=content,
        char_start=start,
        char_end=end,
        page=page,
        heading=heading,
        source=source,
        attributes=attributes,
        metadata=notes,
    )


def _probes(spec: SearchSpec) -> str:
    return str(spec.semantic.probes if spec.semantic else 1)


def _similarity(distance: float | None) -> float | None:
    return None if distance is None else 1.0 - float(distance)


def _bm25(product: float | None) -> float | None:
    return None if product is None else max(0.0, -float(product))
