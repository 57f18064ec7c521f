"""The MCP server: the protocol's requests to tools and documents, and our errors in the protocol's form."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from starlette.requests import Request

from app.core import telemetry
from app.core.errors import FootnoteError
from app.core.permissions import Scope
from app.mcp.calls import Call
from app.mcp.documents import Documents
from app.mcp.tools import Tool
from app.models import File

log = structlog.get_logger()

_INSTRUCTIONS = (
    "Footnote holds the user's own documents. `ask` answers a question from them with checked citations; `search` and "
    "`fetch` find passages and read the text around them. Quote the documents, and link to the `url` of what you quote."
)
_SCHEME = "footnote://files/"

Context = ServerRequestContext[Any, Any]
ParamsT = TypeVar("ParamsT")
ResultT = TypeVar("ResultT")


class McpRequests:
    """Answers the protocol's requests."""

    def __init__(self, tools: dict[str, Tool], documents: Documents) -> None:
        self._tools = tools
        self._documents = documents

    async def list_tools(self, context: Context, _params: object) -> types.ListToolsResult:
        """Return the tools that the caller's key may use."""
        call = _call(context)
        return types.ListToolsResult(
            tools=[tool.described() for tool in self._tools.values() if call.may(tool.scope)]
        )

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Return a tool's result. What went wrong is a result too, which the model reads."""
        tool = self._tools.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {params.name[:64]!r}.")
        try:
            return await tool.call(_call(context), params.arguments or {})
        except FootnoteError as error:
            return types.CallToolResult(
                content=[types.TextContent(type="text", text=error.message)], is_error=True
            )

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """Return a page of files as resources."""
        call = _call(context)
        call.check(Scope.FILES_READ)
        files, cursor = await self._documents.list_files(call, after=params.cursor if params else None)
        return types.ListResourcesResult(resources=[_resource(file) for file in files], next_cursor=cursor)

    async def list_templates(self, _context: Context, _params: object) -> types.ListResourceTemplatesResult:
        """Return the form of the addresses of files."""
        template = types.ResourceTemplate(
            name="file",
            title="The text of a file",
            uri_template=f"{_SCHEME}{{file_id}}",
            mime_type="text/plain",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """Return the text of a file from its start; `fetch` reads on."""
        call = _call(context)
        call.check(Scope.FILES_READ)
        read = await self._documents.read(call, params.uri.removeprefix(_SCHEME))
        contents = types.TextResourceContents(uri=params.uri, mime_type="text/plain", text=read.text)
        return types.ReadResourceResult(contents=[contents])


def make_server(requests: McpRequests, *, version: str) -> Server[Any]:
    """Return the server that hands the protocol's requests on."""
    return Server(
        "footnote",
        version=version,
        title="Footnote",
        instructions=_INSTRUCTIONS,
        on_list_tools=_answering(requests.list_tools),
        on_call_tool=_answering(requests.call_tool),
        on_list_resources=_answering(requests.list_resources),
        on_list_resource_templates=_answering(requests.list_templates),
        on_read_resource=_answering(requests.read_resource),
    )


def _answering(
    handle: Callable[[Context, ParamsT], Awaitable[ResultT]],
) -> Callable[[Context, ParamsT], Awaitable[ResultT]]:
    """Return a handler whose errors say what ours say. The SDK would pass on the words of an unforeseen one."""

    async def answer(context: Context, params: ParamsT) -> ResultT:
        try:
            return await handle(context, params)
        except MCPError:
            raise
        except FootnoteError as error:
            code = types.INVALID_PARAMS if error.status < 500 else types.INTERNAL_ERROR
            raise MCPError(code, error.message) from error
        except Exception as error:
            telemetry.unhandled_errors.inc()
            log.exception("unhandled_error", path="/mcp", method=context.method)
            raise MCPError(types.INTERNAL_ERROR, "The server had an error.") from error

    return answer


def _call(context: Context) -> Call:
    assert isinstance(context.request, Request), "MCP is served over HTTP only"
    return Call.of(context.request)


def _resource(file: File) -> types.Resource:
    return types.Resource(
        uri=f"{_SCHEME}{file.public_id}", name=file.filename, mime_type="text/plain", size=file.size_bytes
    )
