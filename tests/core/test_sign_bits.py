"""Projected sign bits: the same for ever, and near for what is near."""

import hashlib

import numpy as np

from app.core.sign_bits import PROJECTED_BITS, needs_projection, projected_signs


def test_the_projection_is_frozen() -> None:
    """Stored bits and those of a query, years later, must come of the same signs."""
    signs = projected_signs(np.linspace(-1, 1, 384, dtype=np.float32))

    digest = hashlib.sha256(np.packbits(signs).tobytes()).hexdigest()[:16]
    assert (signs.shape, digest) == ((PROJECTED_BITS,), "ba7b89a21b37b9a2")


def test_angles_show_as_differing_signs() -> None:
    """The share of signs that differ is the angle over pi (Goemans and Williamson, 1995)."""
    random = np.random.default_rng(3)
    first, other = random.normal(size=(2, 384)).astype(np.float32)
    second = first + 0.5 * other

    angle = np.arccos(first @ second / np.linalg.norm(first) / np.linalg.norm(second))
    differ = np.mean(projected_signs(first) != projected_signs(second))

    assert abs(differ - angle / np.pi) < 0.04


def test_only_short_embeddings_are_projected() -> None:
    """From 768 dimensions on their own signs are enough."""
    assert [needs_projection(dimensions) for dimensions in (64, 384, 767, 768, 1536)] == [True] * 3 + [
        False
    ] * 2
