"""How uvicorn serves, whatever it serves."""

from typing import Any

from uvicorn.loops.auto import auto_loop_factory

# A browser's and an SDK's connections wait this long for the next request.
_IDLE_SECONDS = 75

SERVER_OPTIONS: dict[str, Any] = {
    # By name, so that it can be handed to worker processes.
    "http": "app.sockets.protocol:LimitedProtocol",
    "ws": "none",
    "timeout_keep_alive": _IDLE_SECONDS,
    # Above our own limit, which has the better answer.
    "h11_max_incomplete_event_size": 512 * 1024,
    "log_config": None,
    "access_log": False,
    "server_header": False,
}

# Makes an event loop of the kind that serves: uvloop where it is installed.
new_event_loop = auto_loop_factory()
