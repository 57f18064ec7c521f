"""Items of the Responses API: checked as input, and turned into chat messages that upstream can read."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from app.core import ids
from app.core.answers import Turn
from app.wire.base import OpenWireModel

_PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "reasoning": "rs",
    "file_search_call": "fs",
}

Item: TypeAlias = dict[str, Any]
ChatMessage: TypeAlias = dict[str, Any]


class ContentPart(OpenWireModel):
    """A part of a message; which fields it has depends on its type."""

    type: Literal["input_text", "input_image", "input_file", "output_text", "refusal", "summary_text"]
    text: str | None = None


class MessageItem(OpenWireModel):
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[ContentPart]


class FunctionCallItem(OpenWireModel):
    type: Literal["function_call"]
    call_id: str
    name: str
    arguments: str


class CustomCallItem(OpenWireModel):
    type: Literal["custom_tool_call"]
    call_id: str
    name: str
    input: str


class CallOutputItem(OpenWireModel):
    type: Literal["function_call_output", "custom_tool_call_output"]
    call_id: str
    output: str | list[dict[str, Any]]


class ReferenceItem(OpenWireModel):
    type: Literal["item_reference"]
    id: str


class OtherItem(OpenWireModel):
    """An item of another tool or a newer client: it is kept, and the model does not get it."""

    type: Annotated[str, Field(min_length=1, max_length=64)]


def _kind(item: object) -> str:
    kind = item.get("type") if isinstance(item, dict) else getattr(item, "type", None)
    match kind:
        case None | "message":
            return "message"
        case "function_call" | "custom_tool_call" | "item_reference":
            return str(kind)
        case "function_call_output" | "custom_tool_call_output":
            return "output"
        case _:
            return "other"


InputItem: TypeAlias = Annotated[
    Annotated[MessageItem, Tag("message")]
    | Annotated[FunctionCallItem, Tag("function_call")]
    | Annotated[CustomCallItem, Tag("custom_tool_call")]
    | Annotated[CallOutputItem, Tag("output")]
    | Annotated[ReferenceItem, Tag("item_reference")]
    | Annotated[OtherItem, Tag("other")],
    Discriminator(_kind),
]


def as_items(given: str | Sequence[InputItem]) -> list[Item]:
    """Return the input as items that can be stored: each with an id, a type, and its content as parts."""
    if isinstance(given, str):
        given = [MessageItem(role="user", content=given)]
    return [_stored(item.model_dump(exclude_none=True)) for item in given]


def _stored(item: Item) -> Item:
    kind = item.get("type", "message")
    stored = {"id": make_item_id(kind), "type": kind} | item
    if kind == "message" and isinstance(item["content"], str):
        part = "output_text" if item["role"] == "assistant" else "input_text"
        stored["content"] = [{"type": part, "text": item["content"]}]
    if kind == "message":
        stored.setdefault("status", "completed")
        for part in stored["content"]:
            if part["type"] == "output_text":
                part.setdefault("annotations", [])
    return stored


def make_item_id(kind: str) -> str:
    """Return a new id for an item of a type."""
    return ids.make_item_id(_PREFIXES.get(kind, "item"))


def turns_of(items: Sequence[Item]) -> tuple[Turn, ...]:
    """Return the texts of users and assistants."""
    return tuple(
        Turn(item["role"], _text_of(item["content"]))
        for item in items
        if item["type"] == "message" and item["role"] in ("user", "assistant")
    )


def chat_messages(items: Sequence[Item], *, instructions: str | None) -> list[ChatMessage]:
    """Return the items as messages; calls that follow each other are one message, as the chat API wants them."""
    messages: list[ChatMessage] = []
    if instructions:
        messages.append({"role": "system", "content": instructions})
    for item in items:
        if item["type"] in ("function_call", "custom_tool_call"):
            _add_call(messages, item)
        elif (message := _message(item)) is not None:
            messages.append(message)
    return messages


def _message(item: Item) -> ChatMessage | None:
    match item["type"]:
        case "message":
            return {"role": item["role"], "content": _content(item)}
        case "function_call_output" | "custom_tool_call_output":
            output = item["output"]
            text = output if isinstance(output, str) else _text_of(output)
            return {"role": "tool", "tool_call_id": item["call_id"], "content": text}
        case _:
            return None


def _add_call(messages: list[ChatMessage], item: Item) -> None:
    if item["type"] == "function_call":
        call = {"type": "function", "function": {"name": item["name"], "arguments": item["arguments"]}}
    else:
        call = {"type": "custom", "custom": {"name": item["name"], "input": item["input"]}}
    call = {"id": item["call_id"]} | call
    last = messages[-1] if messages else None
    if last is not None and last["role"] == "assistant":
        last.setdefault("tool_calls", []).append(call)
    else:
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})


def _content(item: Item) -> str | list[dict[str, Any]]:
    parts = item["content"]
    if item["role"] != "user" or all(part["type"] in ("input_text", "output_text") for part in parts):
        return _text_of(parts)
    return [_chat_part(part) for part in parts]


def _chat_part(part: dict[str, Any]) -> dict[str, Any]:
    match part["type"]:
        case "input_image":
            image = {"url": part.get("image_url") or "", "detail": part.get("detail") or "auto"}
            return {"type": "image_url", "image_url": image}
        case "input_file":
            known = ("file_id", "file_data", "filename")
            return {"type": "file", "file": {name: part[name] for name in known if name in part}}
        case _:
            return {"type": "text", "text": part.get("text") or ""}


def _text_of(parts: str | Sequence[dict[str, Any]]) -> str:
    if isinstance(parts, str):
        return parts
    return "\n".join(part.get("text") or part.get("refusal") or "" for part in parts)
