"""How much memory a process may have, on machines and in containers of both versions of control groups."""

import os
from pathlib import Path

import pytest

from app.core.memory import memory_bytes

MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("group", "file", "limit", "expected"),
    [
        ("0::/", "memory.max", "8388608", 8 * 1024**2),
        ("0::/system.slice/footnote.service", "system.slice/footnote.service/memory.max", "4096", 4_096),
        ("0::/", "memory.max", "max", MACHINE),
        ("5:memory:/docker/0ab1", "memory/memory.limit_in_bytes", "8388608", 8 * 1024**2),
        ("5:memory:/", "memory/memory.limit_in_bytes", "9223372036854771712", MACHINE),
        ("5:memory:/", "nothing", "", MACHINE),
    ],
)
def test_a_limit_of_the_group_counts(
    tmp_path: Path, group: str, file: str, limit: str, expected: int
) -> None:
    """Where it is less than the machine has."""
    path = tmp_path / "sys/fs/cgroup" / file
    for written, text in ((tmp_path / "proc/self/cgroup", group), (path, limit)):
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(f"{text}\n", encoding="utf-8")

    assert memory_bytes(tmp_path) == expected


def test_where_there_are_no_groups_the_machine_counts(tmp_path: Path) -> None:
    """On macOS, say."""
    assert memory_bytes(tmp_path) == MACHINE
