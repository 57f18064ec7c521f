"""The statement that finds the candidates of a search and reads the texts of the best at once, compiled for its stores."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Double,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.fusion import FusionMethod
from app.db.statements import Statement, compiled
from app.models import Chunk, File, VectorStoreFile

# Known by being this very object: a filter may hold the same letters.
ANY_PROJECT = "stands for any project"


class Shown(NamedTuple):
    """Whether texts of the best come with the candidates, and how both legs are fused to know which these are."""

    has_texts: bool
    method: FusionMethod | None


@lru_cache
def any_stores(count: int) -> tuple[int, ...]:
    """Return numbers that stand for those of any stores. No store has such a number, and all are equally long."""
    return tuple(9_000_000_000_000_000_000 + place for place in range(count))


def shown_statement(candidates: Select[Any], shown: Shown, project_id: str) -> Statement:
    """Return a search compiled, with texts if they are shown."""
    return compiled(with_texts(candidates, project_id, shown.method) if shown.has_texts else candidates)


_for_any = lru_cache(maxsize=512)(shown_statement)


@lru_cache(maxsize=1_024)
def statement_of_stores(
    candidates: Select[Any], shown: Shown, store_ids: tuple[int, ...], project_id: str
) -> Statement:
    """Return the same for some stores of a project; `candidates` are of `any_stores` and ANY_PROJECT.

    To compile a statement for each store would take longer than to search most of them.
    """
    for_any = _for_any(candidates, shown, ANY_PROJECT)
    sql = for_any.sql
    for stand_in, store_id in zip(any_stores(len(store_ids)), store_ids, strict=True):
        sql = sql.replace(b"%d" % stand_in, b"%d" % store_id)
    own = (for_any.values or {}).items()
    values = {name: project_id if value is ANY_PROJECT else value for name, value in own}
    return Statement(sql, for_any.names, values)


def with_texts(
    candidates: Select[Any], project_id: str, method: FusionMethod | None = None
) -> Select[Any] | CompoundSelect[Any]:
    """Return a search's statement with ids and file names of the best `named` candidates, and texts of the best `texts`.

    Its columns are those of the candidates, their place in the order, then those of TEXTS without the keys. The rows come
    in this order. The chunks before and after the best `beside` come along behind them; they have no place. The best of
    both legs are reckoned as `method` fuses them, and the last row, which has no key, holds the scores of all others
    in two more columns: the ranking needs them to say what the best are worth, and it puts these in order again.
    """
    found = candidates.cte("found").prefix_with("materialized")
    rows, scores = (found, found.c[3:5]) if method is None else _fused(found, method)
    order = (*scores, rows.c[0], rows.c[1].desc(), rows.c[2])
    placed = select(*rows.c[:5], func.row_number().over(order_by=order).label("place")).cte("placed")
    best = select(*placed.c).where(placed.c.place <= bindparam("named"))
    read = _read(union_all(best, _beside(placed)).subquery("wanted"), project_id)
    if method is None:
        return read.order_by(read.selected_columns.place)
    together = union_all(read.add_columns(null(), null()), _others(placed, width=len(read.selected_columns)))
    return together.order_by(together.selected_columns.place)


def _others(placed: CTE, *, width: int) -> Select[Any]:
    """Return the distances and products of the candidates that are not among the best, as two arrays behind empty columns."""
    empty: list[Any] = [null()] * width
    scores = (func.array_agg(score, type_=ARRAY(Double)) for score in placed.c[3:5])
    return select(*empty, *scores).where(placed.c.place > bindparam("named"))


def _beside(placed: CTE) -> Select[Any]:
    """Return the keys of the chunks before and after the best."""
    step = values(column("step", Integer), name="steps").data([(-1,), (1,)])
    store, file, ordinal, *_ = placed.c
    near = select(store, file, ordinal + step.c.step, null(), null(), null()).select_from(
        placed.join(step, onclause=true())
    )
    return near.where(placed.c.place <= bindparam("beside"))


def _read(wanted: Subquery, project_id: str) -> Select[Any]:
    """Return what is wanted with its ids and names, and the texts of the best and of what has no place."""
    store, file, ordinal, *_, place = wanted.c
    is_read = func.coalesce(place, 0) <= bindparam("texts")

    def read(column: Any) -> ColumnElement[Any]:
        return case((is_read, column))

    of_one = (
        select(
            File.public_id,
            File.filename,
            read(Chunk.content).label("content"),
            Chunk.char_start,
            Chunk.char_end,
            Chunk.page,
            func.coalesce(Chunk.page_end, Chunk.page).label("page_end"),
            read(Chunk.heading).label("heading"),
            read(Chunk.table_header).label("table_header"),
            read(VectorStoreFile.source).label("source"),
            read(VectorStoreFile.attributes).label("attributes"),
            read(VectorStoreFile.notes).label("notes"),
        )
        .select_from(Chunk)
        .join(
            VectorStoreFile, and_(VectorStoreFile.vector_store_id == store, VectorStoreFile.file_id == file)
        )
        .join(File, File.id == file)
        .where(Chunk.vector_store_id == store, Chunk.file_id == file, Chunk.ordinal == ordinal)
        .where(Chunk.project_id == project_id)
        # With this each is read by its key. While a table grows, PostgreSQL takes it for small and would read all of it.
        .limit(literal_column("1"))
        .lateral("of_one")
    )
    return select(*wanted.c, *of_one.c).select_from(wanted.join(of_one, onclause=true()))


def _fused(found: CTE, method: FusionMethod) -> tuple[Subquery, list[ColumnElement[Any]]]:
    """Return the candidates, and what orders them: both legs, each divided by how far its scores spread."""
    spread = _SPREADS[method]
    distance, product = found.c[3], func.coalesce(found.c[4], 0.0)
    spreads = select(found, spread(distance).label("of_distance"), spread(product).label("of_product"))
    rows = spreads.subquery("spreads")
    weight = cast(bindparam("lexical_weight"), Double)
    lexical = weight * func.coalesce(rows.c[4], 0.0) / _unless_zero(rows.c.of_product)
    semantic = (1 - weight) * rows.c[3] / _unless_zero(rows.c.of_distance)
    return rows, [func.coalesce(lexical, 0.0) + func.coalesce(semantic, 0.0)]


def _unless_zero(spread: ColumnElement[Any]) -> ColumnElement[Any]:
    # Without the type SQLAlchemy divides by a numeric, which takes PostgreSQL longer than all the rest of the formula.
    return func.nullif(spread, 0.0, type_=Double)


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
