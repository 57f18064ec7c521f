"""One fixed random rotation of the vector space, so that the signs of few large numbers spread over all bits.

Sign flips, a shuffle and Walsh-Hadamard transforms, thrice: additions and subtractions in a fixed order, so that the
same vector gives the same bytes on every machine.
"""

import hashlib
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 3
_Rows = NDArray[np.float64]


def rotate(rows: _Rows) -> _Rows:
    """Return each row rotated. Lengths and angles do not change."""
    # Numbers of all rows at one place lie side by side, so that numpy's loops are long from the first step on.
    places = np.ascontiguousarray(rows.T)
    spare = np.empty_like(places)
    for number in range(_ROUNDS):
        signs, order = _round(len(places), number)
        np.take(places, order, axis=0, out=spare, mode="clip")
        places, spare = spare, places
        places *= signs[:, None]
        for start, end in _blocks(len(places)):
            _hadamard(places[start:end], spare[start:end])
    return np.ascontiguousarray(places.T)


def _blocks(size: int) -> Iterator[tuple[int, int]]:
    """Yield the borders of blocks whose sizes are powers of two, the largest first."""
    start = 0
    while start < size:
        end = start + (1 << ((size - start).bit_length() - 1))
        yield start, end
        start = end


def _hadamard(block: _Rows, spare: _Rows) -> None:
    """Put the orthonormal Walsh-Hadamard transform of columns, whose size is a power of two, in place of them.

    The columns come in the order of `_low_first`. The steps for the lower half of a place's bits are done in that order,
    and the others in the plain one, because a step between near neighbours is many short loops.
    """
    size, count = block.shape
    low = _low(size)
    lower, free = _sums(block.reshape(-1), spare.reshape(-1), size // low * count)
    np.copyto(free.reshape(-1, low, count), lower.reshape(low, -1, count).transpose(1, 0, 2))
    whole, _ = _sums(free, lower, low * count)
    np.divide(whole.reshape(size, count), np.sqrt(np.float64(size)), out=block)


def _sums(numbers: _Rows, spare: _Rows, half: int) -> tuple[_Rows, _Rows]:
    """Return sums and differences of neighbouring halves, of twice that size at each step, and what is free then."""
    while half < numbers.size:
        pairs, sums = numbers.reshape(-1, 2, half), spare.reshape(-1, 2, half)
        np.add(pairs[:, 0], pairs[:, 1], out=sums[:, 0])
        np.subtract(pairs[:, 0], pairs[:, 1], out=sums[:, 1])
        numbers, spare = spare, numbers
        half *= 2
    return numbers, spare


def _low(size: int) -> int:
    """Return how many places differ in the lower half of their bits only."""
    return 1 << (size.bit_length() - 1) // 2


def _low_first(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of a block, those first whose lower bits are 0, then those with 1, and so on."""
    return order.reshape(-1, _low(len(order))).T.ravel()


@cache
def _round(size: int, number: int) -> tuple[_Rows, NDArray[np.intp]]:
    """Return the signs and the order of one round, drawn from a hash: numpy's generators may change."""
    noise = hashlib.shake_256(f"footnote-rotation-{size}-{number}".encode()).digest(9 * size)
    signs = np.where(np.frombuffer(noise[:size], dtype=np.uint8) & 1, 1.0, -1.0)
    order = np.argsort(np.frombuffer(noise[size:], dtype="<u8"), kind="stable")
    order = np.concatenate([_low_first(order[start:end]) for start, end in _blocks(size)])
    return signs[order], order
