"""Priorities of processes: what can wait gives way to answers."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

# What gives way gets a tenth of what an answer gets, where both want the same core.
NICENESS = 10
# Linux takes the priority of ten sessions a second, of all users together.
_PAUSE_SECONDS = 0.15
_MOST_TRIES = 20


def give_way(process: int) -> bool:
    """Lower the priority of a process, and of its session if it leads one. Return False if that has to be tried again.

    On Linux, outside of control groups, priorities may count within a session only: then the session has one, too.
    Nothing happens to a process that is gone, or that this user may not slow down.
    """
    with suppress(ProcessLookupError, PermissionError):
        lowered = os.getpriority(os.PRIO_PROCESS, process) + NICENESS
        if os.getsid(process) == process and not _lower_session(process, lowered):
            return False
        os.setpriority(os.PRIO_PROCESS, process, lowered)
    return True


async def give_way_soon(process: int) -> None:
    """Do the same, and try it again if that is needed."""
    for _ in range(_MOST_TRIES):
        if give_way(process):
            break
        await asyncio.sleep(_PAUSE_SECONDS)


def _lower_session(leader: int, niceness: int) -> bool:
    """Set the niceness of a session; return False if Linux takes none now."""
    try:
        Path(f"/proc/{leader}/autogroup").write_text(str(niceness), encoding="ascii")
    except BlockingIOError:
        return False
    except OSError:
        pass  # sessions have no priority here
    return True
