"""Unit vectors, and how they are shortened. Pure."""

import math

import numpy as np
from numpy.typing import NDArray


def shortened(vectors: NDArray[np.float32], *, dimensions: int) -> NDArray[np.float32]:
    """Return the first dimensions of each vector at unit length, as OpenAI shortens embeddings."""
    if dimensions == vectors.shape[1]:
        return vectors
    return unit_rows(vectors[:, :dimensions].astype(np.float64))


def unit_rows(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the rows at unit length; a row of zeros becomes the first axis."""
    # fsum is exact: numpy's sum depends on the machine's vector width.
    lengths = np.array([math.sqrt(math.fsum(squares)) for squares in (rows * rows).tolist()])
    rows[lengths == 0, :1] = 1.0
    lengths[lengths == 0] = 1.0
    return np.asarray(rows / lengths[:, None], dtype=np.float32)
