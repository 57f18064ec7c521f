"""MCP's transport over HTTP, with the SDK's imports: it is imported when the first request asks for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from app.mcp.asking import Asking
from app.mcp.documents import Documents
from app.mcp.server import McpRequests, make_server
from app.mcp.tools import make_tools
from app.services import Services


@asynccontextmanager
async def open_transport(services: Services, *, model: str) -> AsyncIterator[StreamableHTTPSessionManager]:
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
