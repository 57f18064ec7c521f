"""The output items of a response as they grow: each knows the events of its beginning, its pieces and its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.core.types import Json
from app.wire.response_bodies import message_item, text_part
from app.wire.response_items import make_item_id

Event = dict[str, Any]


class OutputItem(Protocol):
    """An item under way. Events lack their sequence number."""

    def begin(self) -> Iterator[Event]: ...
    def end(self) -> Iterator[Event]: ...
    def body(self, *, status: str) -> dict[str, Any]: ...


@dataclass(slots=True)
class MessageOutput:
    """A message: text with its annotations, or a refusal."""

    output_index: int
    item_id: str = field(default_factory=lambda: make_item_id("message"))
    text: str = ""
    refusal: str | None = None
    annotations: list[Json] = field(default_factory=list)
    logprobs: list[Json] = field(default_factory=list)
    _is_open: bool = False

    def begin(self) -> Iterator[Event]:
        empty = message_item(self.item_id, status="in_progress", content=[])
        yield _item_event("added", self.output_index, empty)

    def write(self, piece: str, logprobs: Sequence[Json]) -> Iterator[Event]:
        """Add text."""
        yield from self._open(text_part("", [], []))
        self.text += piece
        self.logprobs += logprobs
        yield self._event("output_text.delta") | {"delta": piece, "logprobs": list(logprobs)}

    def annotate(self, annotation: Json) -> Iterator[Event]:
        """Add an annotation to text that has been written."""
        position = len(self.annotations)
        self.annotations.append(annotation)
        place = {"annotation_index": position, "annotation": annotation}
        yield self._event("output_text.annotation.added") | place

    def refuse(self, piece: str) -> Iterator[Event]:
        """Add to the refusal."""
        yield from self._open({"type": "refusal", "refusal": ""})
        self.refusal = (self.refusal or "") + piece
        yield self._event("refusal.delta") | {"delta": piece}

    def end(self) -> Iterator[Event]:
        if self._is_open:
            if self.refusal is None:
                yield self._event("output_text.done") | {"text": self.text, "logprobs": self.logprobs}
            else:
                yield self._event("refusal.done") | {"refusal": self.refusal}
            yield self._event("content_part.done") | {"part": self._part()}
        yield _item_event("done", self.output_index, self.body(status="completed"))

    def body(self, *, status: str) -> dict[str, Any]:
        return message_item(self.item_id, status=status, content=[self._part()] if self._is_open else [])

    def _part(self) -> dict[str, Any]:
        if self.refusal is not None:
            return {"type": "refusal", "refusal": self.refusal}
        return text_part(self.text, self.annotations, self.logprobs)

    def _open(self, part: Json) -> Iterator[Event]:
        if not self._is_open:
            self._is_open = True
            yield self._event("content_part.added") | {"part": part}

    def _event(self, name: str) -> Event:
        place = {"item_id": self.item_id, "output_index": self.output_index, "content_index": 0}
        return {"type": f"response.{name}"} | place


@dataclass(slots=True)
class CallOutput:
    """A call of a function or a custom tool."""

    output_index: int
    call_id: str
    name: str
    is_custom: bool = False
    arguments: str = ""
    item_id: str = ""

    def __post_init__(self) -> None:
        self.item_id = make_item_id("custom_tool_call" if self.is_custom else "function_call")

    def begin(self) -> Iterator[Event]:
        yield _item_event("added", self.output_index, self.body(status="in_progress"))

    def write(self, piece: str) -> Iterator[Event]:
        """Add to the arguments."""
        if piece:
            self.arguments += piece
            yield self._event("delta") | {"delta": piece}

    def end(self) -> Iterator[Event]:
        if self.is_custom:
            yield self._event("done") | {"input": self.arguments}
        else:
            yield self._event("done") | {"arguments": self.arguments, "name": self.name}
        yield _item_event("done", self.output_index, self.body(status="completed"))

    def body(self, *, status: str) -> dict[str, Any]:
        call = {"call_id": self.call_id, "name": self.name}
        if self.is_custom:
            return {"id": self.item_id, "type": "custom_tool_call"} | call | {"input": self.arguments}
        head = {"id": self.item_id, "type": "function_call", "status": status}
        return head | call | {"arguments": self.arguments}

    def _event(self, name: str) -> Event:
        kind = "custom_tool_call_input" if self.is_custom else "function_call_arguments"
        return {
            "type": f"response.{kind}.{name}",
            "item_id": self.item_id,
            "output_index": self.output_index,
        }


@dataclass(slots=True)
class ReasoningOutput:
    """The model's reasoning before its answer, as far as upstream sends it."""

    output_index: int
    item_id: str = field(default_factory=lambda: make_item_id("reasoning"))
    text: str = ""

    def begin(self) -> Iterator[Event]:
        yield _item_event("added", self.output_index, self.body(status="in_progress"))

    def write(self, piece: str) -> Iterator[Event]:
        """Add to the thought."""
        self.text += piece
        yield self._event("delta") | {"delta": piece}

    def end(self) -> Iterator[Event]:
        yield self._event("done") | {"text": self.text}
        yield _item_event("done", self.output_index, self.body(status="completed"))

    def body(self, *, status: str) -> dict[str, Any]:
        content = [{"type": "reasoning_text", "text": self.text}] if self.text else []
        return {
            "id": self.item_id,
            "type": "reasoning",
            "status": status,
            "summary": [],
            "content": content,
        }

    def _event(self, name: str) -> Event:
        place = {"item_id": self.item_id, "output_index": self.output_index, "content_index": 0}
        return {"type": f"response.reasoning_text.{name}"} | place


def _item_event(name: str, output_index: int, item: Json) -> Event:
    return {"type": f"response.output_item.{name}", "output_index": output_index, "item": item}
