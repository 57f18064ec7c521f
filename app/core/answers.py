"""A question to be answered, free of the API it came through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.core.searches import SearchOptions
from app.core.types import Json


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation, as text."""

    role: Literal["user", "assistant"]
    text: str


Conversation = Sequence[Turn]
MarkerStyle = Literal["footnotes", "documents"]


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """One answer to be written.

    `model` is the id that the caller asked for. `upstream_body` is the chat.completions request as upstream shall see
    it, but for the sources: its `model` is upstream's own id. `search` is None when nothing is to be searched.
    `store_by_model` says that the store was named in the model's id. `with_markers` is false where `[1]` would mean
    something else, as in JSON. `marker_style` says how markers are delivered: "footnotes" counts `[1]`, `[2]` by first
    citation, "documents" writes `[doc3]` for the third snippet.
    """

    conversation: tuple[Turn, ...]
    model: str
    upstream_body: Json
    search: SearchOptions | None
    store_by_model: bool = False
    with_markers: bool = True
    marker_style: MarkerStyle = "footnotes"

    @property
    def upstream_model(self) -> str:
        return str(self.upstream_body["model"])
