"""COPY BINARY through a session's own connection: rows are put into PostgreSQL's format here, in a fraction of psycopg's time."""

import asyncio
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.lexemes import LEXEME_SPACE

# This much is sent at once.
_PIECE_BYTES = 128 * 1024
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_INT8_OID = 20

_count = struct.Struct(">h").pack
_length = struct.Struct(">i").pack
_int8 = struct.Struct(">iq").pack
_halfvec = struct.Struct(">ihh").pack
_array = struct.Struct(">iiiiii").pack
_sparsevec = struct.Struct(">iiii").pack
_bits = struct.Struct(">ii").pack
_EMPTY = struct.pack(">iiii", 12, 0, 0, _INT8_OID)
_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])

Encoder = Callable[[Any], bytes]


async def copy_rows(
    session: AsyncSession, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]
) -> None:
    """Add rows of values in the order of `columns`, inside the session's transaction; `columns` gives their types."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, AsyncConnection), "the engine is made for psycopg 3"

    statement = copy_statement(table, columns)
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy_pieces(columns, rows):
            await copy.write(piece)
            # Writing does not wait for anything, and answers would wait for it.
            await asyncio.sleep(0)


def copy_statement(table: str, columns: Mapping[str, str]) -> bytes:
    """Return the statement that such rows are sent after."""
    return f"copy {table} ({', '.join(columns)}) from stdin (format binary)".encode()


def copy_pieces(columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield rows of values in PostgreSQL's format, some at a time."""
    encoders = [_ENCODERS[kind] for kind in columns.values()]
    head, piece = _count(len(encoders)), bytearray(_SIGNATURE)
    for row in rows:
        piece += head
        for encode, value in zip(encoders, row, strict=True):
            piece += _NULL if value is None else encode(value)
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece + _TRAILER)


def _of_text(value: str) -> bytes:
    return _of_bytes(value.encode())


def _of_bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


def _of_int8(value: int) -> bytes:
    return _int8(8, value)


def _of_int8s(values: NDArray[np.int64]) -> bytes:
    count = len(values)
    if not count:
        return _EMPTY
    elements = np.empty(count, _ELEMENT)
    elements["length"], elements["value"] = 8, values
    # Of one dimension, without nulls, from 1 on.
    return _array(20 + 12 * count, 1, 0, _INT8_OID, count, 1) + elements.tobytes()


def _of_embedding(value: NDArray[np.floating[Any]]) -> bytes:
    return _halfvec(4 + 2 * len(value), len(value), 0) + value.astype(">f2").tobytes()


def _of_signs(value: NDArray[np.bool_]) -> bytes:
    packed = np.packbits(value).tobytes()
    return _bits(4 + len(packed), len(value)) + packed


def _of_weights(value: tuple[NDArray[np.int64], NDArray[np.float32]]) -> bytes:
    """Return a sparse vector of LEXEME_SPACE: the places of its numbers, which ascend, and the numbers, none of them 0."""
    places, weights = value
    count = len(places)
    head = _sparsevec(12 + 8 * count, LEXEME_SPACE, count, 0)
    return head + places.astype(">i4").tobytes() + weights.astype(">f4").tobytes()


_ENCODERS: dict[str, Encoder] = {
    "int8": _of_int8,
    "int8[]": _of_int8s,
    "varchar": _of_text,
    "bytea": _of_bytes,
    "halfvec": _of_embedding,
    "bit": _of_signs,
    "sparsevec": _of_weights,
}
