"""The statement that finds the candidates of a search and reads the texts of the best at once."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, Select, Subquery, and_, bindparam, case, cast, func, select

from app.core.fusion import FusionMethod
from app.models import Chunk, File, VectorStoreFile


def with_texts(candidates: Select[Any], project_id: str, method: FusionMethod | None = None) -> Select[Any]:
    """Return a search's statement with ids and file names of all candidates, and the texts of the best `texts`.

    Its columns are those of the candidates, then those of TEXTS without the keys. The best of both legs are reckoned as
    `method` fuses them, which the ranking does again: it decides, and here only texts that it does not need may be read.
    """
    found = candidates.cte("found").prefix_with("materialized")
    rows, scores = (found, found.c[3:5]) if method is None else _fused(found, method)
    order = (*scores, rows.c[0], rows.c[1].desc(), rows.c[2])
    placed = select(*rows.c[:5], func.row_number().over(order_by=order).label("place")).subquery("placed")
    store, file, ordinal = placed.c[0], placed.c[1], placed.c[2]
    is_read = placed.c.place <= bindparam("texts")

    def read(column: Any) -> ColumnElement[Any]:
        return case((is_read, column))

    return (
        select(
            *placed.c[:5],
            File.public_id,
            File.filename,
            read(Chunk.content),
            Chunk.char_start,
            Chunk.char_end,
            Chunk.page,
            func.coalesce(Chunk.page_end, Chunk.page),
            read(Chunk.heading),
            read(Chunk.table_header),
            read(VectorStoreFile.source),
            read(VectorStoreFile.attributes),
            read(VectorStoreFile.notes),
        )
        .select_from(placed)
        .join(Chunk, and_(Chunk.vector_store_id == store, Chunk.file_id == file, Chunk.ordinal == ordinal))
        .join(
            VectorStoreFile,
            and_(VectorStoreFile.vector_store_id == store, VectorStoreFile.file_id == file),
        )
        .join(File, File.id == file)
        .where(Chunk.project_id == project_id)
    )


def _fused(found: CTE, method: FusionMethod) -> tuple[Subquery, list[ColumnElement[Any]]]:
    """Return the candidates, and what orders them: both legs, each divided by how far its scores spread."""
    spread = _SPREADS[method]
    distance, product = found.c[3], func.coalesce(found.c[4], 0.0)
    spreads = select(found, spread(distance).label("of_distance"), spread(product).label("of_product"))
    rows = spreads.subquery("spreads")
    weight = cast(bindparam("lexical_weight"), Double)
    lexical = weight * func.coalesce(rows.c[4], 0.0) / func.nullif(rows.c.of_product, 0)
    semantic = (1 - weight) * rows.c[3] / func.nullif(rows.c.of_distance, 0)
    return rows, [func.coalesce(lexical, 0.0) + func.coalesce(semantic, 0.0)]


def _range(score: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.max(score).over() - func.min(score).over()


def _deviation(score: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.stddev_pop(score).over()


# Reciprocal ranks are asked for too seldom to be worth a statement.
_SPREADS: dict[FusionMethod, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "minmax": _range,
    "zscore": _deviation,
}
FUSED_AT_ONCE = _SPREADS.keys()
