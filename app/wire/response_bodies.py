"""Bodies of the Responses API: the response, its output items, and what lists and deletions say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.permissions import SourceLinks
from app.core.types import Json, Snippet
from app.wire.footnote import FileSearchTool
from app.wire.responses import ResponseRequest

_DEFAULT_RANKING = {"ranker": "auto", "score_threshold": 0.0}
_OPENAI_RESULTS = 20


@dataclass(frozen=True, slots=True)
class ResponseEnd:
    """How a response ended: in full, or why not, and its usage."""

    usage: Json | None = None
    error: Json | None = None
    incomplete: str | None = None
    completed_at: int | None = None
    footnote: Json | None = None


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What every state of one response shares."""

    response_id: str
    created_at: int
    model: str
    request: ResponseRequest
    service_tier: str | None = None

    def body(self, status: str, output: Sequence[Json], end: ResponseEnd | None = None) -> dict[str, Any]:
        """Return the `response` in one of its states; `end` is there once nothing more will come."""
        end = end or ResponseEnd()
        request = self.request
        body: dict[str, Any] = {
            "id": self.response_id,
            "object": "response",
            "created_at": self.created_at,
            "completed_at": end.completed_at,
            "status": status,
            "background": bool(request.background),
            "error": end.error,
            "incomplete_details": {"reason": end.incomplete} if end.incomplete else None,
            "instructions": request.instructions,
            "max_output_tokens": request.max_output_tokens,
            "max_tool_calls": request.max_tool_calls,
            "model": self.model,
            "output": list(output),
            "parallel_tool_calls": request.parallel_tool_calls is not False,
            "previous_response_id": request.previous_response_id,
            "conversation": {"id": request.conversation_id} if request.conversation_id else None,
            "prompt_cache_key": request.prompt_cache_key,
            "reasoning": {"effort": request.reasoning.effort if request.reasoning else None, "summary": None},
            "safety_identifier": request.safety_identifier,
            "service_tier": self.service_tier or "default",
            "store": request.store,
            "temperature": 1.0 if request.temperature is None else request.temperature,
            "text": _text(request),
            "tool_choice": request.tool_choice or "auto",
            "tools": [_tool(tool.model_dump(exclude_none=True)) for tool in request.tools],
            "top_logprobs": request.top_logprobs or 0,
            "top_p": 1.0 if request.top_p is None else request.top_p,
            "truncation": request.truncation or "disabled",
            "usage": end.usage,
            "metadata": dict(request.metadata),
        }
        if request.user is not None:
            body["user"] = request.user
        return body if end.footnote is None else body | {"footnote": end.footnote}


def _text(request: ResponseRequest) -> dict[str, Any]:
    text = request.text
    given = text.format.model_dump(by_alias=True, exclude_none=True) if text and text.format else None
    body: dict[str, Any] = {"format": given or {"type": "text"}}
    if given and given["type"] == "json_schema":
        body["format"] = {"description": None, "strict": False} | given
    return body | {"verbosity": (text.verbosity if text else None) or "medium"}


def _tool(given: dict[str, Any]) -> dict[str, Any]:
    match given["type"]:
        case "function":
            return {"description": None, "parameters": {}, "strict": True} | given
        case "file_search":
            ranking = _DEFAULT_RANKING | given.pop("ranking_options", {})
            return (
                {"filters": None, "max_num_results": _OPENAI_RESULTS} | given | {"ranking_options": ranking}
            )
        case _:
            return given


def search_item(
    item_id: str, *, status: str, queries: Sequence[str], results: Sequence[Json] | None
) -> dict[str, Any]:
    """Return the output item of a search; `results` are None unless they were asked for."""
    return {
        "id": item_id,
        "type": "file_search_call",
        "status": status,
        "queries": list(queries),
        "results": None if results is None else list(results),
    }


def search_result(snippet: Snippet) -> dict[str, Any]:
    """Return a snippet as a result of a search item."""
    return {
        "attributes": dict(snippet.attributes),
        "file_id": snippet.file_id,
        "filename": snippet.filename,
        "score": snippet.score,
        "text": snippet.text,
    }


def file_citation(snippet: Snippet, *, index: int, links: SourceLinks) -> dict[str, Any]:
    """Return a citation that stands at a code point of the output text; `url` is ours."""
    return {
        "type": "file_citation",
        "file_id": snippet.file_id,
        "filename": snippet.filename,
        "index": index,
        "url": links.url(snippet.file_id, snippet.chunk_id, page=snippet.page),
    }


def message_item(item_id: str, *, status: str, content: Sequence[Json]) -> dict[str, Any]:
    return {
        "id": item_id,
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": list(content),
    }


def text_part(text: str, annotations: Sequence[Json], logprobs: Sequence[Json]) -> dict[str, Any]:
    return {
        "type": "output_text",
        "annotations": list(annotations),
        "logprobs": list(logprobs),
        "text": text,
    }


def usage_body(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Return chat usage as the Responses API counts it."""
    read = usage.get("prompt_tokens_details") or {}
    written = usage.get("completion_tokens_details") or {}
    return {
        "input_tokens": usage.get("prompt_tokens", 0),
        "input_tokens_details": {
            "cached_tokens": read.get("cached_tokens") or 0,
            "cache_write_tokens": read.get("cache_write_tokens") or 0,
        },
        "output_tokens": usage.get("completion_tokens", 0),
        "output_tokens_details": {"reasoning_tokens": written.get("reasoning_tokens") or 0},
        "total_tokens": usage.get("total_tokens", 0),
    }


def searches_for(request: ResponseRequest) -> bool:
    """Whether the request holds a search tool: only then a search is an item of the output."""
    return any(isinstance(tool, FileSearchTool) for tool in request.tools)


def deleted_response_body(response_id: str) -> dict[str, Any]:
    return {"id": response_id, "object": "response", "deleted": True}
