"""POST /v1/chat/completions: the request and its messages, the AnswerRequest that it asks for, and the bodies of answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from app.core.answers import AnswerRequest, Turn
from app.core.errors import InvalidRequest
from app.core.searches import SearchOptions
from app.wire.azure import DataSource
from app.wire.base import ModelId, OpenWireModel, split_model
from app.wire.footnote import FileSearchTool, FootnoteOptions, RankingOptions, SearchFields
from app.wire.validation import invalid_request


class TextPart(OpenWireModel):
    type: Literal["text"]
    text: str


class RefusalPart(OpenWireModel):
    type: Literal["refusal"]
    refusal: str


class ImageUrl(OpenWireModel):
    url: str
    detail: str | None = None


class ImagePart(OpenWireModel):
    type: Literal["image_url"]
    image_url: ImageUrl


class AudioPart(OpenWireModel):
    type: Literal["input_audio"]
    input_audio: dict[str, Any]


class FilePart(OpenWireModel):
    type: Literal["file"]
    file: dict[str, Any]


TextOnly: TypeAlias = str | list[TextPart]
UserPart: TypeAlias = Annotated[TextPart | ImagePart | AudioPart | FilePart, Field(discriminator="type")]
AssistantPart: TypeAlias = Annotated[TextPart | RefusalPart, Field(discriminator="type")]


class InstructionMessage(OpenWireModel):
    role: Literal["developer", "system"]
    content: TextOnly


class UserMessage(OpenWireModel):
    role: Literal["user"]
    content: str | Annotated[list[UserPart], Field(min_length=1)]


class AssistantMessage(OpenWireModel):
    """`content` may be left out when there are tool calls."""

    role: Literal["assistant"]
    content: str | list[AssistantPart] | None = None
    refusal: str | None = None
    tool_calls: list[dict[str, Any]] | None = None


class ToolMessage(OpenWireModel):
    role: Literal["tool"]
    content: TextOnly
    tool_call_id: str


class FunctionMessage(OpenWireModel):
    """The answer to a legacy function call."""

    role: Literal["function"]
    name: str
    content: str | None = None


def _role(message: object) -> str | None:
    role = message.get("role") if isinstance(message, dict) else getattr(message, "role", None)
    return "instruction" if role in ("developer", "system") else role


Message: TypeAlias = Annotated[
    Annotated[InstructionMessage, Tag("instruction")]
    | Annotated[UserMessage, Tag("user")]
    | Annotated[AssistantMessage, Tag("assistant")]
    | Annotated[ToolMessage, Tag("tool")]
    | Annotated[FunctionMessage, Tag("function")],
    Discriminator(
        _role,
        custom_error_type="invalid_role",
        custom_error_message="expected one of 'system', 'developer', 'user', 'assistant', 'tool' and 'function' as role",
    ),
]


def text_of(message: Message) -> str:
    """Return the text of a message, its text parts joined by line feeds."""
    content = message.content
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "\n".join(part.text for part in content if isinstance(part, TextPart))


Penalty: TypeAlias = Annotated[float, Field(ge=-2, le=2)]
StopText: TypeAlias = Annotated[str, Field(min_length=1)]


class StreamOptions(OpenWireModel):
    include_usage: bool = False


class JsonSchemaFormat(OpenWireModel):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    json_schema: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(OpenWireModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchemaFormat | None = None

    @model_validator(mode="after")
    def _schema_is_there(self) -> Self:
        if self.type == "json_schema" and self.json_schema is None:
            raise ValueError("json_schema must be given when type is json_schema")
        return self


class FunctionDefinition(OpenWireModel):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    parameters: dict[str, Any] | None = None


class FunctionTool(OpenWireModel):
    type: Literal["function"]
    function: FunctionDefinition


class CustomTool(OpenWireModel):
    type: Literal["custom"]
    custom: dict[str, Any]


class SearchTool(OpenWireModel):
    """Checked in full by wire.searches.FileSearchTool where it is used."""

    type: Literal["file_search"]
    vector_store_ids: list[str]


Tool: TypeAlias = Annotated[FunctionTool | CustomTool | SearchTool, Field(discriminator="type")]


class ChatCompletionRequest(OpenWireModel):
    """The fields that we read or check. Every other field goes to upstream unchanged."""

    messages: Annotated[list[Message], Field(min_length=1)]
    model: Annotated[str, Field(min_length=1, max_length=512)]
    footnote: FootnoteOptions | None = None
    data_sources: Annotated[list[DataSource], Field(min_length=1, max_length=1)] | None = None
    tools: Annotated[list[Tool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    stop: StopText | Annotated[list[StopText], Field(max_length=4)] | None = None
    seed: int | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    logit_bias: dict[str, Annotated[float, Field(ge=-100, le=100)]] | None = None
    metadata: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]] | None = None
    user: str | None = None

    @model_validator(mode="after")
    def _options_go_with_streams(self) -> Self:
        if self.stream_options is not None and not self.stream:
            raise InvalidRequest(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                param="stream_options",
                code="invalid_value",
            )
        return self

    @property
    def includes_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


@dataclass(frozen=True, slots=True)
class ChunkFrame:
    """What every chunk of one answer shares."""

    id: str
    created: int
    model: str
    system_fingerprint: str | None = None
    service_tier: str | None = None
    includes_usage: bool = False

    def _head(self, kind: str) -> dict[str, Any]:
        head: dict[str, Any] = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        if self.service_tier is not None:
            head["service_tier"] = self.service_tier
        head["system_fingerprint"] = self.system_fingerprint
        return head

    def chunk(
        self,
        index: int,
        delta: Mapping[str, Any],
        *,
        finish_reason: str | None = None,
        logprobs: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return one `chat.completion.chunk` of one choice."""
        body = self._head("chat.completion.chunk")
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
        body["choices"] = [choice]
        if self.includes_usage:
            body["usage"] = None
        return body

    def usage_chunk(self, usage: Mapping[str, Any]) -> dict[str, Any]:
        """Return the last chunk, sent only when usage was asked for."""
        return self._head("chat.completion.chunk") | {"choices": [], "usage": usage}

    def completion(self, choices: list[dict[str, Any]], usage: Mapping[str, Any]) -> dict[str, Any]:
        """Return the plain `chat.completion`."""
        return self._head("chat.completion") | {"choices": choices, "usage": usage}


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
