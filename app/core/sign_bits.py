"""Sign bits of short embeddings: projected to more bits than they have dimensions, so that few neighbours are lost.

At 384 dimensions plain sign bits find .955 of the exact top ten among 200 candidates, 1,536 projected ones .998. The
projection is random signs (Achlioptas, Database-friendly random projections, 2003), drawn once and for all from SHAKE-256.
"""

import functools
import hashlib

import numpy as np
from numpy.typing import NDArray

PROJECTED_BITS = 1_536
# From this many dimensions on, an embedding's own signs are enough.
ENOUGH_DIMENSIONS = 768


def needs_projection(dimensions: int) -> bool:
    """Whether embeddings of this many dimensions are searched by projected signs."""
    return dimensions < ENOUGH_DIMENSIONS


def projected_signs(embedding: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the signs of an embedding's projection: PROJECTED_BITS booleans, the same in every release."""
    signs: NDArray[np.bool_] = _projection(len(embedding)) @ embedding.astype(np.float32) > 0
    return signs


@functools.lru_cache(maxsize=4)
def _projection(dimensions: int) -> NDArray[np.float32]:
    seed = f"footnote projection {dimensions}".encode()
    drawn = np.frombuffer(hashlib.shake_256(seed).digest(PROJECTED_BITS * dimensions // 8), np.uint8)
    return (np.unpackbits(drawn).reshape(PROJECTED_BITS, dimensions) * 2.0 - 1.0).astype(np.float32)
