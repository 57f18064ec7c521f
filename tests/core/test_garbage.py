"""Cycles are looked for seldom in servers and commands, and as usual where files are read."""

import gc
from collections.abc import Iterator

import pytest

from app.core import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_loaded_is_left_alone() -> None:
    """Both ways, one after the other, as in a worker's process."""
    garbage.look_seldom()
    seldom = gc.get_threshold()[0]

    garbage.look_as_usual()

    assert gc.get_threshold()[0] < seldom
    assert gc.get_freeze_count() > 0
