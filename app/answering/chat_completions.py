"""Renders an answer for chat.completions: as chunks, or folded into one completion. One event stream feeds both.

The `footnote` objects, which every renderer needs, stand first.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, assert_never

from app.answering.answer import Answer
from app.answering.events import AnswerEvent, Cited, MarkedText
from app.core import ids
from app.core.permissions import SourceLinks
from app.providers.base import (
    ExtraDelta,
    Finished,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.wire.azure import context_body
from app.wire.chat_completions import ChunkFrame
from app.wire.footnote import annotation_bodies, grounding_body, markers_body, retrieval_body


def retrieved_notes(answer: Answer, links: SourceLinks) -> dict[str, Any] | None:
    """Return the top-level `footnote` of an answer, None when nothing was searched."""
    found = answer.retrieval
    if found is None:
        return None
    body = retrieval_body(
        found.retrieval_id,
        mode=found.mode,
        snippets=found.snippets,
        files_searched=found.files_searched,
        listing=found.listing,
        links=links,
    )
    return body | {"search_ms": round(1_000 * found.seconds, 1)}


def cited_notes(answer: Answer, cited: Cited, links: SourceLinks) -> dict[str, Any]:
    """Return the `footnote` of one choice."""
    assert answer.retrieval is not None, "only grounded answers are cited"
    return grounding_body(
        answer.retrieval.retrieval_id,
        grounded=bool(answer.snippets),
        citations=cited.citations,
        removed_markers=cited.removed_markers,
        links=links,
    )


_NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def _frame(answer: Answer, *, includes_usage: bool = False) -> ChunkFrame:
    return ChunkFrame(
        id=ids.make_completion_id(),
        created=int(time.time()),
        model=answer.model,
        system_fingerprint=answer.started.system_fingerprint,
        service_tier=answer.started.service_tier,
        includes_usage=includes_usage,
    )


def _grounding_fields(answer: Answer, cited: Cited, links: SourceLinks) -> dict[str, Any]:
    """Return `annotations` and `footnote` of a message. Azure's contract has its `context` in their place."""
    if _is_azure(answer):
        return {}
    by_number = {snippet.n: snippet for snippet in answer.snippets}
    return {
        "annotations": annotation_bodies(cited.citations, by_number, links),
        "footnote": cited_notes(answer, cited, links),
    }


def _is_azure(answer: Answer) -> bool:
    return answer.marker_style == "documents"


def _retrieved(answer: Answer, links: SourceLinks) -> dict[str, Any]:
    """Return the `footnote` of a whole answer as a field, none in Azure's contract."""
    retrieved = None if _is_azure(answer) else retrieved_notes(answer, links)
    return {} if retrieved is None else {"footnote": retrieved}


def _context(answer: Answer, links: SourceLinks) -> dict[str, Any]:
    """Return the `context` of a message as a field, in Azure's contract only."""
    if not _is_azure(answer) or answer.retrieval is None:
        return {}
    return {"context": context_body(answer.snippets, answer.retrieval.queries, links)}


async def stream_chunks(
    answer: Answer, *, choices: int, includes_usage: bool, links: SourceLinks
) -> AsyncIterator[dict[str, Any]]:
    """Yield the chunks of an answer: roles (the first with what was retrieved), deltas, citations, ends, usage."""
    frame = _frame(answer, includes_usage=includes_usage)
    usage: dict[str, Any] | None = None
    for index in range(choices):
        opening = {"role": "assistant", "content": "", "refusal": None} | _context(answer, links)
        retrieved = _retrieved(answer, links) if index == 0 else {}
        yield frame.chunk(index, opening) | retrieved

    async for event in answer.events():
        if isinstance(event, UsageReported):
            usage = dict(event.usage)
        elif (chunk := _chunk(frame, event, answer, links)) is not None:
            yield chunk

    if includes_usage:
        yield frame.usage_chunk(usage or _NO_USAGE)


def _chunk(
    frame: ChunkFrame, event: AnswerEvent, answer: Answer, links: SourceLinks
) -> dict[str, Any] | None:
    match event:
        case TextDelta() | MarkedText():
            chunk = frame.chunk(event.index, {"content": event.text}, logprobs=event.logprobs)
            return chunk | _markers(event, answer)
        case RefusalDelta():
            return frame.chunk(event.index, {"refusal": event.text})
        case ToolCallDelta():
            return frame.chunk(event.index, {"tool_calls": [_tool_call_delta(event)]})
        case ExtraDelta():
            return frame.chunk(event.index, event.fields)
        case Cited():
            return frame.chunk(event.index, _grounding_fields(answer, event, links))
        case Finished():
            return frame.chunk(event.index, {}, finish_reason=event.reason)
        case Started() | UsageReported():
            return None
        case _:
            assert_never(event)


def _markers(event: TextDelta | MarkedText, answer: Answer) -> dict[str, Any]:
    """Return what the markers of a piece of text stand for, as a field."""
    if isinstance(event, TextDelta) or _is_azure(answer):
        return {}
    return {"footnote": markers_body({marker.n: marker.chunk for marker in event.markers})}


def _tool_call_delta(event: ToolCallDelta) -> dict[str, Any]:
    """Return a piece of a call. SDKs join strings: id, type and name may go out once only."""
    if event.kind == "custom":
        inner_name, text_name = "custom", "input"
    else:
        inner_name, text_name = "function", "arguments"
    inner: dict[str, Any] = {text_name: event.arguments}
    call: dict[str, Any] = {"index": event.position}
    if event.call_id is not None:
        call |= {"id": event.call_id, "type": event.kind or "function"}
    if event.name is not None:
        inner = {"name": event.name} | inner
    return call | {inner_name: inner}


@dataclass(slots=True)
class _Choice:
    """One choice of a plain completion, gathered from events."""

    text: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: dict[int, dict[str, Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    grounding: dict[str, Any] = field(default_factory=dict)
    logprobs: dict[str, list[Any]] | None = None
    finish_reason: str = "stop"

    def body(self, index: int) -> dict[str, Any]:
        calls = [self.calls[position] for position in sorted(self.calls)]
        text = "".join(self.text)
        message: dict[str, Any] = {
            "role": "assistant",
            "content": text if text or not (calls or self.refusal) else None,
            "refusal": "".join(self.refusal) or None,
            "annotations": [],
        }
        if calls:
            message["tool_calls"] = calls
        message |= self.extra | self.grounding
        return {
            "index": index,
            "message": message,
            "logprobs": self.logprobs,
            "finish_reason": self.finish_reason,
        }

    def add_logprobs(self, piece: Any) -> None:  # upstream's JSON
        self.logprobs = self.logprobs or {"content": [], "refusal": []}
        for name in self.logprobs:
            self.logprobs[name] += piece.get(name) or []

    def add_call(self, event: ToolCallDelta) -> None:
        kind = "custom" if event.kind == "custom" else "function"
        call = self.calls.setdefault(event.position, {"id": "", "type": kind, kind: {"name": ""}})
        inner = call[call["type"]]
        text_name = "input" if call["type"] == "custom" else "arguments"
        call["id"] = call["id"] or event.call_id or ""
        inner["name"] = inner["name"] or event.name or ""
        inner[text_name] = inner.get(text_name, "") + event.arguments


async def fold_completion(answer: Answer, *, links: SourceLinks) -> dict[str, Any]:
    """Return the whole answer as one `chat.completion`."""
    choices: dict[int, _Choice] = {}
    usage: dict[str, Any] = _NO_USAGE
    async for event in answer.events():
        if isinstance(event, UsageReported):
            usage = dict(event.usage)
        elif not isinstance(event, Started):
            _gather(choices.setdefault(event.index, _Choice()), event, answer, links)

    for choice in choices.values():
        choice.extra |= _context(answer, links)
    body = _frame(answer).completion([choices[index].body(index) for index in sorted(choices)], usage)
    return body | _retrieved(answer, links)


def _gather(
    choice: _Choice,
    event: TextDelta | MarkedText | RefusalDelta | ToolCallDelta | ExtraDelta | Cited | Finished,
    answer: Answer,
    links: SourceLinks,
) -> None:
    match event:
        case TextDelta() | MarkedText():
            choice.text.append(event.text)
            if event.logprobs:
                choice.add_logprobs(event.logprobs)
        case RefusalDelta():
            choice.refusal.append(event.text)
        case ToolCallDelta():
            choice.add_call(event)
        case ExtraDelta():
            choice.extra |= event.fields
        case Cited():
            choice.grounding = _grounding_fields(answer, event, links)
        case Finished():
            choice.finish_reason = event.reason
        case _:
            assert_never(event)
