"""Pools of several processes, together with what one PostgreSQL allows."""

import pytest

from app.db.engine import READING_POOLS, PoolSizes
from app.postgres.keeper import _SETTINGS

# Of each process: the pulse, two that listen, and three of the tables' owner. PostgreSQL keeps three for itself.
_BESIDES = 6
_RESERVED = 3
_READERS = 4


@pytest.mark.parametrize("processes", [1, 2, 4, 8])
def test_an_embedded_postgresql_has_enough_for_all(processes: int) -> None:
    """Eight serving processes and four that read may have all their connections at once."""
    sizes = [*[PoolSizes.shared_by(processes)] * processes, *[READING_POOLS] * _READERS]

    wanted = sum(size.kept + size.added + size.direct + _BESIDES for size in sizes)

    assert wanted <= int(_SETTINGS["max_connections"]) - _RESERVED
    assert PoolSizes.shared_by(1) == PoolSizes()
