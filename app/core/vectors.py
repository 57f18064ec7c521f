"""Unit vectors, and how they are shortened. Pure."""

import numpy as np
from numpy.typing import NDArray


def shortened(vectors: NDArray[np.float32], *, dimensions: int) -> NDArray[np.float32]:
    """Return the first dimensions of each vector at unit length, as OpenAI shortens embeddings."""
    if dimensions == vectors.shape[1]:
        return vectors
    return unit_rows(vectors[:, :dimensions].astype(np.float64))


def unit_rows(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the rows at unit length; a row of zeros becomes the first axis."""
    lengths = np.sqrt(exact_sums(rows * rows))
    rows[lengths == 0, :1] = 1.0
    lengths[lengths == 0] = 1.0
    return np.asarray(rows / lengths[:, None], dtype=np.float32)


def exact_sums(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of each row, rounded once, so that it is the same on every machine.

    numpy's own sum depends on the width of the machine's vectors, and `math.fsum` takes ten times as long. Halves are added
    with what their rounding loses (Knuth's TwoSum), and the losses are added last.
    """
    sums = np.ascontiguousarray(rows.T)
    lost = np.zeros_like(sums)
    size = 1 << max(0, len(sums) - 1).bit_length()
    while size > 1:
        size //= 2
        # Of a number of places that is no power of two, the last of the left half are added to nothing.
        left, right = sums[: len(sums) - size], sums[size:]
        together = left + right
        of_right = together - left
        lost_here = (left - (together - of_right)) + (right - of_right)
        added = len(right)
        sums, lost, lost_right = sums[:size], lost[:size], lost[size:]
        lost[:added] = (lost[:added] + lost_right) + lost_here
        sums[:added] = together
    return np.asarray((sums + lost)[0], dtype=np.float64)
