"""Turns a response request into an AnswerRequest. Upstream is asked by chat.completions, which every server supports."""

from collections.abc import Sequence
from typing import Any

from app.core.answers import AnswerRequest
from app.core.errors import InvalidRequest
from app.core.searches import SearchOptions
from app.wire.base import ModelId, split_model
from app.wire.footnote import FileSearchTool, FootnoteOptions, SearchFields
from app.wire.response_items import Item, chat_messages, turns_of
from app.wire.responses import (
    ResponseCustomTool,
    ResponseFunctionTool,
    ResponseRequest,
    TextFormat,
)

# OpenAI searches for twenty results by default. We give the model six passages, as in chats.
_DEFAULT_SNIPPETS = 6
_PASSED = ("temperature", "top_p", "user", "safety_identifier", "prompt_cache_key", "service_tier")


def answer_request(request: ResponseRequest, items: Sequence[Item]) -> AnswerRequest:
    """Return the request as a value. `items` are the whole conversation, the request's own input last."""
    model = split_model(request.model)
    wanted = request.text.format if request.text else None
    return AnswerRequest(
        conversation=turns_of(items),
        model=request.model,
        upstream_body=_upstream_body(request, model.model, items),
        search=_search_options(request, model),
        store_by_model=_references(request, model) == [model.store],
        with_markers=wanted is None or wanted.type == "text",
    )


def _search_options(request: ResponseRequest, model: ModelId) -> SearchOptions | None:
    """Return how to search, by the same four rules as in chats; None where the choice of tools forbids it."""
    options = request.footnote or FootnoteOptions()
    tools = request.search_tools
    references = _references(request, model)
    if not options.enabled or (tools and not _may_search(request.tool_choice)):
        return None
    if references == [model.store] and not model.searches:
        return None
    return _merged(options, tools).options(
        tuple(references) if references else None,
        default_results=_DEFAULT_SNIPPETS,
        mode=options.mode,
        rewrite_query=options.rewrite_query,
    )


def _references(request: ResponseRequest, model: ModelId) -> list[str] | None:
    if request.footnote is not None and request.footnote.vector_store_ids is not None:
        return request.footnote.vector_store_ids
    named = [store for tool in request.search_tools for store in tool.vector_store_ids]
    if named:
        return list(dict.fromkeys(named))
    return [model.store] if model.store is not None else None


def _may_search(choice: str | dict[str, Any] | None) -> bool:
    match choice:
        case "none":
            return False
        case {"type": "allowed_tools", "tools": list(allowed)}:
            return any(isinstance(tool, dict) and tool.get("type") == "file_search" for tool in allowed)
        case {"type": kind}:
            return bool(kind == "file_search")
        case _:
            return True


def _merged(options: FootnoteOptions, tools: Sequence[FileSearchTool]) -> SearchFields:
    """Return the options of the `footnote` object, completed by those of the tools, which are one search."""
    for position, tool in enumerate(tools[1:], 1):
        if tool.filters != tools[0].filters:
            raise InvalidRequest(
                "Several file_search tools are one search: their 'filters' must be the same.",
                param=f"tools[{position}].filters",
                code="invalid_value",
            )
    counts = [tool.max_num_results for tool in tools if tool.max_num_results is not None]
    rankings = [tool.ranking_options for tool in tools if tool.ranking_options is not None]
    return SearchFields(
        max_num_results=options.max_num_results or (max(counts) if counts else None),
        filters=options.filters or (tools[0].filters if tools else None),
        ranking_options=options.ranking_options or (rankings[0] if rankings else None),
    )


def _upstream_body(request: ResponseRequest, model: str, items: Sequence[Item]) -> dict[str, Any]:
    messages = chat_messages(items, instructions=request.instructions)
    if not messages:
        raise InvalidRequest(
            "Missing required parameter: 'input'.", param="input", code="missing_required_parameter"
        )
    body: dict[str, Any] = {"model": model, "messages": messages}
    body |= {name: value for name in _PASSED if (value := getattr(request, name)) is not None}
    if request.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if request.max_output_tokens is not None:
        body["max_completion_tokens"] = request.max_output_tokens
    if request.reasoning and request.reasoning.effort:
        body["reasoning_effort"] = request.reasoning.effort
    if "message.output_text.logprobs" in request.include or request.top_logprobs:
        body |= {"logprobs": True, "top_logprobs": request.top_logprobs or 0}
    return body | _text(request) | _tools(request)


def _text(request: ResponseRequest) -> dict[str, Any]:
    if request.text is None:
        return {}
    body: dict[str, Any] = {"verbosity": request.text.verbosity} if request.text.verbosity else {}
    if request.text.format is not None and request.text.format.type != "text":
        body["response_format"] = _response_format(request.text.format)
    return body


def _response_format(wanted: TextFormat) -> dict[str, Any]:
    given = wanted.model_dump(by_alias=True, exclude_none=True)
    kind = given.pop("type")
    return {"type": kind, "json_schema": given} if kind == "json_schema" else {"type": kind}


def _tools(request: ResponseRequest) -> dict[str, Any]:
    """Return the tools as the chat API has them; searching is done here, and no tool of upstream's."""
    tools: list[dict[str, Any]] = []
    for tool in request.tools:
        given = tool.model_dump(exclude_none=True)
        match tool:
            case ResponseFunctionTool() | ResponseCustomTool():
                kind = given.pop("type")
                tools.append({"type": kind, kind: given})
            case _:
                pass
    if not tools:
        return {}
    body: dict[str, Any] = {"tools": tools}
    choice = _tool_choice(request.tool_choice)
    if choice is not None:
        body["tool_choice"] = choice
    if request.parallel_tool_calls is not None:
        body["parallel_tool_calls"] = request.parallel_tool_calls
    return body


def _tool_choice(choice: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
    match choice:
        case {"type": ("function" | "custom") as kind, "name": name}:
            return {"type": kind, kind: {"name": name}}
        case {"type": "allowed_tools", "mode": mode, "tools": list(allowed)}:
            return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": _allowed(allowed)}}
        case dict():
            # The chosen tool is the search, which is done before the model is asked.
            return "auto"
        case _:
            return choice


def _allowed(tools: Sequence[Any]) -> list[dict[str, Any]]:
    named = [tool for tool in tools if isinstance(tool, dict) and tool.get("type") in ("function", "custom")]
    return [{"type": tool["type"], tool["type"]: {"name": tool.get("name")}} for tool in named]
