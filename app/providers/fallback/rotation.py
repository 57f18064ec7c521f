"""One fixed random rotation of the vector space, so that the signs of few large numbers spread over all bits.

Sign flips, a shuffle and Walsh-Hadamard transforms, thrice: additions and subtractions in a fixed order, so that the
same vector gives the same bytes on every machine.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 3
_Rows = NDArray[np.float64]


def rotate(rows: _Rows) -> _Rows:
    """Return each row rotated. Lengths and angles do not change."""
    # Numbers of all rows at one place lie side by side, so that numpy's loops are long from the first step on.
    places = np.ascontiguousarray(rows.T)
    size = len(places)
    for number in range(_ROUNDS):
        signs, order = _round(size, number)
        places = (places * signs[:, None])[order]
        start = 0
        while start < size:
            width = 1 << ((size - start).bit_length() - 1)
            places[start : start + width] = _hadamard(places[start : start + width])
            start += width
    return np.ascontiguousarray(places.T)


def _hadamard(block: _Rows) -> _Rows:
    """Return the orthonormal Walsh-Hadamard transform of columns whose size is a power of two."""
    size, count = block.shape
    block, spare = np.ascontiguousarray(block), np.empty((size, count))
    half = 1
    while half < size:
        pairs, sums = block.reshape(-1, 2, half * count), spare.reshape(-1, 2, half * count)
        np.add(pairs[:, 0], pairs[:, 1], out=sums[:, 0])
        np.subtract(pairs[:, 0], pairs[:, 1], out=sums[:, 1])
        block, spare = spare, block
        half *= 2
    return np.asarray(block / np.sqrt(np.float64(size)), dtype=np.float64)


@cache
def _round(size: int, number: int) -> tuple[_Rows, NDArray[np.intp]]:
    """Return the signs and the order of one round, drawn from a hash: numpy's generators may change."""
    noise = hashlib.shake_256(f"footnote-rotation-{size}-{number}".encode()).digest(9 * size)
    signs = np.where(np.frombuffer(noise[:size], dtype=np.uint8) & 1, 1.0, -1.0)
    order = np.argsort(np.frombuffer(noise[size:], dtype="<u8"), kind="stable")
    return signs, order
