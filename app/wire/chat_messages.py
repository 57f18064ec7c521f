"""Messages of a chat request: roles and content parts."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from app.wire.base import OpenWireModel


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
