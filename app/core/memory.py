"""How much memory this process may have."""

import os
from pathlib import Path


def memory_bytes(root: Path = Path("/")) -> int:
    """Return the machine's memory, or the limit of this process's control group, such as a container's, where that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *(limit for path in _limits(root) if (limit := _read(path)))])


def _limits(root: Path) -> list[Path]:
    """Return the files that may hold a limit: of the second version of control groups, by the group's own path, and of the first."""
    groups = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    own = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    return [*(groups / path / "memory.max" for path in own), groups / "memory/memory.limit_in_bytes"]


def _read(path: Path) -> int | None:
    try:
        # Without a limit the second version says "max", and the first a number beyond any machine's memory.
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
