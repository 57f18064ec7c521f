"""POST /mcp: the key is checked as for the API, then the protocol's transport answers. No session outlives a request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from sse_starlette.sse import AppStatus
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.mcp.asking import Asking
from app.mcp.documents import Documents
from app.mcp.server import McpRequests, make_server
from app.mcp.tools import make_tools
from app.services import Services

# Running streams may end within the server's shutdown time: do not cut them at the first signal.
AppStatus.enable_automatic_graceful_drain = False


class McpEndpoint:
    """Answers the requests of one address, as an ASGI application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        services: Services = request.state.services
        caller = await services.keys.identify(request.headers.get("authorization"))
        request.state.limit_headers = await services.rate_limits.admit(caller)
        request.state.caller = caller
        transport: StreamableHTTPSessionManager = request.state.mcp
        await transport.handle_request(scope, receive, send)


router = APIRouter()
router.routes.append(Route("/mcp", McpEndpoint(), methods=["POST"]))


@asynccontextmanager
async def open_mcp(services: Services, *, model: str) -> AsyncIterator[StreamableHTTPSessionManager]:
    """Serve MCP over these services until the block ends. `model` answers when a call names none."""
    documents = Documents(
        services.search, services.sources, services.files, services.vector_stores, services.source_links
    )
    asking = Asking(services.answerer, services.models, services.source_links, model)
    requests = McpRequests(make_tools(documents, asking), documents)
    transport = StreamableHTTPSessionManager(
        make_server(requests, version=services.api_settings.version),
        stateless=True,
        # Our own limit comes first, with its words.
        max_request_body_size=services.api_settings.max_request_bytes,
    )
    async with transport.run():
        yield transport
