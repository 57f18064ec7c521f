"""The statement that finds the candidates of one leg and reads their texts at once: the leg's order is known to PostgreSQL."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select

from app.models import Chunk, File, VectorStoreFile


def with_texts(candidates: Select[Any], project_id: str) -> Select[Any]:
    """Return a search's statement with ids and file names of all candidates, and the texts of the best `texts`.

    Its columns are those of the candidates, then those of TEXTS without the keys.
    """
    found = candidates.cte("found").prefix_with("materialized")
    order = (found.c[3], found.c[4], found.c[0], found.c[1].desc(), found.c[2])
    placed = select(found, func.row_number().over(order_by=order).label("place")).subquery("placed")
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
