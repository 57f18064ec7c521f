"""POST /v1/chat/completions: the request model, and the bodies of completions and chunks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from app.core.errors import InvalidRequest
from app.wire.azure import DataSource
from app.wire.base import OpenWireModel
from app.wire.chat_messages import Message
from app.wire.searches import FootnoteOptions

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
