"""The tools: their names, what they are for, the scope that each needs, and what they take and give."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mcp import types
from pydantic import BaseModel, ValidationError

from app.core.permissions import Scope
from app.mcp.asking import Asking, answer_text
from app.mcp.calls import Call
from app.mcp.documents import Documents
from app.mcp.shapes import (
    Answered,
    AskArguments,
    Document,
    FetchArguments,
    ListArguments,
    ListedStores,
    SearchArguments,
    SearchResults,
)
from app.wire.base import WireModel
from app.wire.validation import invalid_request

_READS_ONLY = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `text` writes its result for clients that read no structured content."""

    name: str
    title: str
    description: str
    scope: Scope
    takes: type[WireModel]
    gives: type[BaseModel]
    run: Callable[[Call, Any], Awaitable[BaseModel]]  # the arguments are of the type `takes`
    text: Callable[[Any], str]

    def described(self) -> types.Tool:
        """Return the tool as clients list it."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.takes.model_json_schema(),
            output_schema=self.gives.model_json_schema(mode="serialization"),
            annotations=_READS_ONLY,
        )

    async def call(self, call: Call, given: dict[str, Any]) -> types.CallToolResult:
        """Return the result of a call. Raises PermissionDenied, InvalidRequest, and what the tool raises."""
        call.check(self.scope)
        try:
            arguments = self.takes.model_validate(given)
        except ValidationError as error:
            raise invalid_request(error, given) from error
        result = await self.run(call, arguments)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=self.text(result))],
            structured_content=result.model_dump(mode="json", exclude_none=True),
        )


def make_tools(documents: Documents, asking: Asking) -> dict[str, Tool]:
    """Return the tools by name."""
    tools = (
        Tool(
            "search",
            "Search documents",
            "Find the passages of the user's documents that answer a query. Each result has an id for `fetch`.",
            Scope.SEARCH,
            SearchArguments,
            SearchResults,
            documents.search,
            _as_json,
        ),
        Tool(
            "fetch",
            "Read a document",
            "Read the text of a document around a search result, or a file from its start.",
            Scope.FILES_READ,
            FetchArguments,
            Document,
            documents.fetch,
            _as_json,
        ),
        Tool(
            "list_vector_stores",
            "List vector stores",
            "List the vector stores: the sets of documents that `search` and `ask` can look in.",
            Scope.FILES_READ,
            ListArguments,
            ListedStores,
            documents.list_vector_stores,
            _as_json,
        ),
        Tool(
            "ask",
            "Ask the documents",
            "Get an answer from the user's documents. Each citation says whether its passage supports the statement.",
            Scope.CHAT,
            AskArguments,
            Answered,
            asking.ask,
            answer_text,
        ),
    )
    return {tool.name: tool for tool in tools}


def _as_json(result: BaseModel) -> str:
    return result.model_dump_json(exclude_none=True)
