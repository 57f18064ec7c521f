"""Searches a second of two serving processes over those of one, where the processor is not what they share.

    sudo python -m benchmarks.workers [--share 15] [--seconds 6] [--clients 12] [--rounds 3]

On a machine of few cores, clients and PostgreSQL leave a second process nothing. So each serving process is held to a
share of a core (in percent) by a control group, and clients and PostgreSQL take what they need. Both services are asked
in turn. Needs root and the `cpu` control groups of version 1. Prints the searches a second and their ratio.
"""

import argparse
import asyncio
import contextlib
import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks.floor import Asked, cost, filled, search_bodies
from benchmarks.service import Running, running

_GROUPS = Path("/sys/fs/cgroup/cpu")
_PERIOD_MICROSECONDS = 20_000


def main() -> None:
    """Measure one and two serving processes in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rates: dict[int, list[float]] = {1: [], 2: []}
    with contextlib.ExitStack() as stack:
        services = {}
        for count in rates:
            service = stack.enter_context(running(WORKERS=str(count), EMBEDDING_PROVIDER="fallback"))
            store, prose = asyncio.run(filled(service))
            for place, pid in enumerate(serving(service, count)):
                stack.enter_context(held_to(arguments.share, pid, f"footnote-{count}-{place}"))
            asked = Asked(
                "POST",
                f"vector_stores/{store.public_id}/search",
                search_bodies(prose.questions(50), "hybrid"),
            )
            services[count] = (service, asked)
        for _ in range(arguments.rounds):
            for count, (service, asked) in services.items():
                measured = asyncio.run(
                    cost(service.v1, service.pid, asked, arguments.seconds, arguments.clients)
                )
                rates[count].append(measured.a_second)
    one, two = (statistics.median(rates[count]) for count in (1, 2))
    print(
        f"two/one={two / one:.2f} (hybrid searches a second {two:.0f} / {one:.0f}) share={arguments.share} %"
    )


def serving(service: Running, count: int) -> list[int]:
    """Return the processes that serve: uvicorn starts them as its children, or is the only one itself."""
    if count == 1:
        return [service.pid]
    children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text(encoding="ascii").split()
    found = [pid for pid in map(int, children) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(found) == count, "uvicorn spawns its workers by multiprocessing"
    return found


@contextlib.contextmanager
def held_to(share: int, pid: int, name: str) -> Iterator[None]:
    """Let a process have this share of a core, in percent, until the block ends."""
    group = _GROUPS / name
    group.mkdir()
    try:
        (group / "cpu.cfs_period_us").write_text(str(_PERIOD_MICROSECONDS), encoding="ascii")
        (group / "cpu.cfs_quota_us").write_text(str(_PERIOD_MICROSECONDS * share // 100), encoding="ascii")
        (group / "cgroup.procs").write_text(str(pid), encoding="ascii")
        yield
    finally:
        (_GROUPS / "cgroup.procs").write_text(str(pid), encoding="ascii")
        group.rmdir()


if __name__ == "__main__":
    main()
