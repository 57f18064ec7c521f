"""Priorities of processes: what gives way does so in its session, too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.priority import NICENESS, give_way


@pytest.mark.parametrize("leads", [True, False], ids=["leads-its-session", "in-a-session-of-others"])
def test_a_process_gives_way(*, leads: bool) -> None:
    """Its session as well if it is its own; that of others keeps its priority."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    process = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=leads
    )
    with process:
        before = _session_niceness(process.pid)
        while not give_way(process.pid):
            pass  # Linux takes ten of these a second
        lowered = os.getpriority(os.PRIO_PROCESS, process.pid)
        after = _session_niceness(process.pid)
        process.kill()

    assert lowered == own + NICENESS
    if before is not None:
        assert after == (lowered if leads else before)


def test_nothing_happens_to_a_process_that_is_gone() -> None:
    """It may end at any moment."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert give_way(process.pid)


def _session_niceness(process: int) -> int | None:
    """Return the niceness of a process's session; None on machines whose sessions have none."""
    try:
        return int(Path(f"/proc/{process}/autogroup").read_text(encoding="ascii").split()[-1])
    except (OSError, IndexError):
        return None
