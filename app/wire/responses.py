"""POST /v1/responses: the request model."""

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from app.core.errors import InvalidRequest
from app.wire.base import OpenWireModel
from app.wire.footnote import FileSearchTool, FootnoteOptions
from app.wire.response_items import InputItem

ResponseId: TypeAlias = Annotated[str, Field(min_length=1, max_length=256)]
Notes: TypeAlias = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]


class ResponseFunctionTool(OpenWireModel):
    type: Literal["function"]
    name: Annotated[str, Field(min_length=1, max_length=128)]
    parameters: dict[str, Any] | None = None
    strict: bool | None = None
    description: str | None = None


class ResponseCustomTool(OpenWireModel):
    type: Literal["custom"]
    name: Annotated[str, Field(min_length=1, max_length=128)]


class OtherTool(OpenWireModel):
    """A hosted tool that is not served here."""

    type: str

    @model_validator(mode="after")
    def _is_not_here(self) -> Self:
        raise ValueError(
            f"tools of type {self.type[:64]!r} are not served here; there are file_search, function and custom"
        )


def _kind(tool: object) -> str:
    kind = tool.get("type") if isinstance(tool, dict) else getattr(tool, "type", None)
    return str(kind) if kind in ("function", "custom", "file_search") else "other"


ResponseTool: TypeAlias = Annotated[
    Annotated[ResponseFunctionTool, Tag("function")]
    | Annotated[ResponseCustomTool, Tag("custom")]
    | Annotated[FileSearchTool, Tag("file_search")]
    | Annotated[OtherTool, Tag("other")],
    Discriminator(_kind),
]


class TextFormat(OpenWireModel):
    type: Literal["text", "json_object", "json_schema"] = "text"
    name: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    json_schema: dict[str, Any] | None = Field(default=None, alias="schema")

    @model_validator(mode="after")
    def _schema_is_there(self) -> Self:
        if self.type == "json_schema" and (self.json_schema is None or self.name is None):
            raise ValueError("name and schema must be given when type is json_schema")
        return self


class TextOptions(OpenWireModel):
    format: TextFormat | None = None
    verbosity: str | None = None


class ReasoningOptions(OpenWireModel):
    effort: str | None = None


class ConversationReference(OpenWireModel):
    id: ResponseId


class ResponseRequest(OpenWireModel):
    """The fields that we read or check. Fields that we do not know are kept, and are no error."""

    model: Annotated[str, Field(min_length=1, max_length=512)]
    input: str | list[InputItem] = Field(default_factory=list)
    instructions: str | None = None
    tools: Annotated[list[ResponseTool], Field(max_length=128)] = Field(default_factory=list)
    tool_choice: Literal["none", "auto", "required"] | dict[str, Any] | None = None
    include: list[str] = Field(default_factory=list)
    footnote: FootnoteOptions | None = None
    previous_response_id: ResponseId | None = None
    conversation: ResponseId | ConversationReference | None = None
    store: bool = True
    stream: bool = False
    text: TextOptions | None = None
    reasoning: ReasoningOptions | None = None
    max_output_tokens: Annotated[int, Field(ge=1)] | None = None
    max_tool_calls: Annotated[int, Field(ge=1)] | None = None
    parallel_tool_calls: bool | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    truncation: Literal["auto", "disabled"] | None = None
    background: bool | None = None
    metadata: Notes = Field(default_factory=dict)
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    service_tier: str | None = None

    @model_validator(mode="after")
    def _goes_on_from_one_place(self) -> Self:
        if self.previous_response_id is not None and self.conversation is not None:
            raise InvalidRequest(
                "'previous_response_id' and 'conversation' cannot be given together.",
                param="previous_response_id",
                code="mutually_exclusive_parameters",
            )
        return self

    @property
    def conversation_id(self) -> str | None:
        """The conversation that the response continues."""
        if isinstance(self.conversation, ConversationReference):
            return self.conversation.id
        return self.conversation

    @property
    def search_tools(self) -> list[FileSearchTool]:
        return [tool for tool in self.tools if isinstance(tool, FileSearchTool)]
