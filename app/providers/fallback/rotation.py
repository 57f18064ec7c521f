"""One fixed random rotation of the vector space, so that the signs of few large numbers spread over all bits.

Sign flips, a shuffle and Walsh-Hadamard transforms, thrice: additions and subtractions in a fixed order, so that the
same vector gives the same bytes on every machine.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 3
_Vector = NDArray[np.float64]


def rotate(vector: _Vector) -> _Vector:
    """Return the rotated vector; lengths and angles stay as they are."""
    size = len(vector)
    for number in range(_ROUNDS):
        signs, order = _round(size, number)
        vector = (vector * signs)[order]
        start = 0
        while start < size:
            width = 1 << ((size - start).bit_length() - 1)
            vector[start : start + width] = _hadamard(vector[start : start + width])
            start += width
    return vector


def _hadamard(block: _Vector) -> _Vector:
    """Return the orthonormal Walsh-Hadamard transform of a block whose size is a power of two."""
    size = len(block)
    half = 1
    while half < size:
        pairs = block.reshape(-1, 2, half)
        block = np.stack((pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]), axis=1).reshape(size)
        half *= 2
    return np.asarray(block / np.sqrt(np.float64(size)), dtype=np.float64)


@cache
def _round(size: int, number: int) -> tuple[_Vector, NDArray[np.intp]]:
    """Return the signs and the order of one round, drawn from a hash: numpy's generators may change."""
    noise = hashlib.shake_256(f"footnote-rotation-{size}-{number}".encode()).digest(9 * size)
    signs = np.where(np.frombuffer(noise[:size], dtype=np.uint8) & 1, 1.0, -1.0)
    order = np.argsort(np.frombuffer(noise[size:], dtype="<u8"), kind="stable")
    return signs, order
