"""POST /mcp: the key is checked as for the API, then the protocol's transport answers. No session outlives a request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from fastapi import APIRouter
from sse_starlette.sse import AppStatus
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.services import Services

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

# Running streams may end within the server's shutdown time: do not cut them at the first signal.
AppStatus.enable_automatic_graceful_drain = False


class LateMcp:
    """MCP's transport. The first request has it imported and started: its SDK takes a quarter of a server's start."""

    def __init__(self, services: Services, model: str) -> None:
        self._services = services
        self._model = model
        self._is_asked = asyncio.Event()
        self._started: asyncio.Future[StreamableHTTPSessionManager] = asyncio.Future()

    async def transport(self) -> "StreamableHTTPSessionManager":
        """Return the transport, once it runs."""
        self._is_asked.set()
        # Whoever hangs up takes it from nobody else.
        return await asyncio.shield(self._started)

    async def run(self) -> None:
        """Wait for the first request, and run the transport until this is cancelled: one task must begin and end it."""
        await self._is_asked.wait()
        module = await asyncio.to_thread(import_module, "app.mcp.transport")
        async with module.open_transport(self._services, model=self._model) as transport:
            self._started.set_result(transport)
            await asyncio.Event().wait()

    def note_end(self, run: asyncio.Task[None]) -> None:
        """Tell those who wait for the transport when its task has failed."""
        if not run.cancelled() and (error := run.exception()) and not self._started.done():
            self._started.set_exception(error)


class McpEndpoint:
    """Answers the requests of one address, as an ASGI application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        services: Services = request.state.services
        caller = await services.keys.identify(request.headers.get("authorization"))
        request.state.limit_headers = await services.rate_limits.admit(caller)
        request.state.caller = caller
        mcp: LateMcp = request.state.mcp
        transport = await mcp.transport()
        await transport.handle_request(scope, receive, send)


router = APIRouter()
router.routes.append(Route("/mcp", McpEndpoint(), methods=["POST"]))


@asynccontextmanager
async def open_mcp(services: Services, *, model: str) -> AsyncIterator[LateMcp]:
    """Serve MCP over these services until the block ends. `model` answers when a call names none."""
    mcp = LateMcp(services, model)
    serving = asyncio.create_task(mcp.run(), name="mcp")
    serving.add_done_callback(mcp.note_end)
    try:
        yield mcp
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
