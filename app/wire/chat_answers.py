"""Turns a chat request into an AnswerRequest: the question, the search options, and what upstream gets."""

from typing import Any

from pydantic import ValidationError

from app.core.answers import AnswerRequest, Turn
from app.core.errors import InvalidRequest
from app.core.searches import SearchOptions
from app.wire.chat_completions import ChatCompletionRequest, SearchTool
from app.wire.chat_messages import AssistantMessage, Message, UserMessage, text_of
from app.wire.model_ids import ModelId, split_model
from app.wire.searches import FileSearchTool, FootnoteOptions, RankingOptions, SearchFields
from app.wire.validation import invalid_request

DEFAULT_SNIPPETS = 6


def answer_request(request: ChatCompletionRequest) -> AnswerRequest:
    """Return the request as a value; raise InvalidRequest for a `file_search` tool that contradicts itself."""
    model = split_model(request.model)
    return AnswerRequest(
        conversation=tuple(_turns(request.messages)),
        model=request.model,
        upstream_body=_upstream_body(request, model.model),
        search=_search_options(request, model),
        store_by_model=_is_store_by_model(request, model),
        with_markers=request.response_format is None or request.response_format.type == "text",
        marker_style="documents" if request.data_sources else "footnotes",
    )


def _turns(messages: list[Message]) -> list[Turn]:
    turns: list[Turn] = []
    for message in messages:
        match message:
            case UserMessage():
                turns.append(Turn("user", text_of(message)))
            case AssistantMessage():
                turns.append(Turn("assistant", text_of(message)))
            case _:
                pass
    return turns


def _search_options(request: ChatCompletionRequest, model: ModelId) -> SearchOptions | None:
    """Return how to search: by the `footnote` object, the `file_search` tool, the model's id, or the default store."""
    options = request.footnote or FootnoteOptions()
    tool = _search_tool(request)
    if not options.enabled:
        return None
    references = (
        options.vector_store_ids or (tool.vector_store_ids if tool else None) or _azure_store(request)
    )
    if references is None and not model.searches:
        return None
    if references is None and model.store is not None:
        references = [model.store]
    return _merged(options, tool).options(
        tuple(references) if references else None,
        default_results=_azure_count(request) or DEFAULT_SNIPPETS,
        mode=options.mode,
        rewrite_query=options.rewrite_query,
    )


def _azure_store(request: ChatCompletionRequest) -> list[str] | None:
    (source,) = request.data_sources or (None,)
    return [source.parameters.index_name] if source and source.parameters.index_name else None


def _azure_count(request: ChatCompletionRequest) -> int | None:
    (source,) = request.data_sources or (None,)
    return source.parameters.top_n_documents if source else None


def _merged(options: FootnoteOptions, tool: FileSearchTool | None) -> SearchFields:
    """Return the options of the `footnote` object, completed by those of the tool."""
    other = tool or SearchFields()
    return SearchFields(
        max_num_results=options.max_num_results or other.max_num_results,
        filters=options.filters or other.filters,
        ranking_options=options.ranking_options or other.ranking_options or RankingOptions(),
    )


def _is_store_by_model(request: ChatCompletionRequest, model: ModelId) -> bool:
    named = request.footnote is not None and request.footnote.vector_store_ids is not None
    return (
        model.store is not None and not named and not _has_search_tool(request) and not _azure_store(request)
    )


def _has_search_tool(request: ChatCompletionRequest) -> bool:
    return any(isinstance(tool, SearchTool) for tool in request.tools or ())


def _search_tool(request: ChatCompletionRequest) -> FileSearchTool | None:
    for position, tool in enumerate(request.tools or ()):
        if isinstance(tool, SearchTool):
            raw = tool.model_dump(exclude_unset=True)
            try:
                return FileSearchTool.model_validate(raw)
            except ValidationError as error:
                judged = invalid_request(error, raw)
                param = f"tools[{position}].{judged.param}"
                raise InvalidRequest(judged.message, param=param, code=judged.code) from error
    return None


def _upstream_body(request: ChatCompletionRequest, model: str) -> dict[str, Any]:
    body = request.model_dump(by_alias=True, exclude_unset=True, exclude={"footnote", "data_sources"}) | {
        "model": model
    }
    if not _has_search_tool(request):
        return body
    tools = [tool for tool in body["tools"] if tool["type"] != "file_search"]
    if tools:
        return body | {"tools": tools}
    # The search is done here, so without other tools there is nothing left to choose.
    return {
        key: value
        for key, value in body.items()
        if key not in ("tools", "tool_choice", "parallel_tool_calls")
    }
