"""The steps of an answer: what the provider says, and what we found cited in it."""

from dataclasses import dataclass
from typing import TypeAlias

from app.answering.citations import Marker
from app.core.types import Citation, Json
from app.providers.base import ProviderEvent


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Text of one choice that holds markers, with the places of these in the whole text."""

    index: int
    text: str
    markers: tuple[Marker, ...]
    logprobs: Json | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """All citations of one finished choice, and how many markers named no snippet and were taken out."""

    index: int
    citations: tuple[Citation, ...]
    removed_markers: int


AnswerEvent: TypeAlias = ProviderEvent | MarkedText | Cited
