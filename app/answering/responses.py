"""Renders an answer for the Responses API: one stream of named events, whose last one holds the whole response."""

import time
from collections.abc import AsyncIterator, Generator, Iterator
from typing import assert_never

from app.answering.answer import Answer
from app.answering.chat_completions import cited_notes, retrieved_notes
from app.answering.events import AnswerEvent, Cited, MarkedText
from app.answering.response_items import CallOutput, Event, MessageOutput, OutputItem, ReasoningOutput
from app.core.errors import FootnoteError
from app.core.permissions import SourceLinks
from app.core.types import Json
from app.providers.base import (
    ExtraDelta,
    Finished,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.wire.errors import error_body
from app.wire.response_bodies import (
    ResponseEnd,
    ResponseHead,
    file_citation,
    search_item,
    search_result,
    searches_for,
    usage_body,
)
from app.wire.response_items import make_item_id

_RESULTS = "file_search_call.results"
# How models say that they were stopped, and how the Responses API calls it.
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
_NO_USAGE: Json = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class ResponseRenderer:
    """Turns the events of one answer into those of a response."""

    def __init__(self, answer: Answer, head: ResponseHead, links: SourceLinks) -> None:
        self._answer = answer
        self._head = head
        self._links = links
        self._snippets = {snippet.n: snippet for snippet in answer.snippets}
        self._sequence = 0
        self._searches: list[Json] = []
        self._items: list[OutputItem] = []
        self._open: list[OutputItem] = []
        self._message: MessageOutput | None = None
        self._reasoning: ReasoningOutput | None = None
        self._calls: dict[int, CallOutput] = {}
        self._usage: Json = _NO_USAGE
        self._reason = "stop"
        self._cited: Cited | None = None

    async def events(self) -> AsyncIterator[Event]:
        """Yield the events in OpenAI's order, numbered. Raises what the answer raises, also inside the stream."""
        for event in self._beginning():
            yield self._numbered(event)
        async for said in self._answer.events():
            for event in self._events_of(said):
                yield self._numbered(event)
        for event in self._ending():
            yield self._numbered(event)

    def failure(self, error: FootnoteError) -> Iterator[Event]:
        """Yield the end of a stream that breaks: SDKs raise on the first event, and read the second."""
        body = error_body(error)["error"]
        yield self._numbered({"type": "error", "error": body})
        reason = {"code": body["code"] or "server_error", "message": body["message"]}
        failed = self._head.body("failed", self._output("incomplete"), ResponseEnd(error=reason))
        yield self._numbered({"type": "response.failed", "response": failed})

    def _numbered(self, event: Event) -> Event:
        numbered = {"type": event["type"], "sequence_number": self._sequence} | event
        self._sequence += 1
        return numbered

    def _beginning(self) -> Iterator[Event]:
        head = self._head.body("in_progress", [])
        yield {"type": "response.created", "response": head}
        yield {"type": "response.in_progress", "response": head}
        retrieval = self._answer.retrieval
        if retrieval is None or not searches_for(self._head.request):
            return
        item_id = make_item_id("file_search_call")
        place = {"output_index": 0, "item_id": item_id}
        empty = search_item(item_id, status="in_progress", queries=[], results=None)
        yield {"type": "response.output_item.added", "output_index": 0, "item": empty}
        for step in ("in_progress", "searching", "completed"):
            yield {"type": f"response.file_search_call.{step}"} | place
        shown = _RESULTS in self._head.request.include
        results = [search_result(snippet) for snippet in retrieval.snippets] if shown else None
        item = search_item(item_id, status="completed", queries=retrieval.queries, results=results)
        self._searches.append(item)
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}

    def _events_of(self, event: AnswerEvent) -> Iterator[Event]:
        match event:
            case TextDelta() | MarkedText():
                yield from self._write(event)
            case RefusalDelta():
                message = yield from self._begin_message()
                yield from message.refuse(event.text)
            case ToolCallDelta():
                yield from self._call(event)
            case ExtraDelta():
                yield from self._think(event.fields)
            case Cited():
                self._cited = event
            case UsageReported():
                self._usage = event.usage
            case Finished():
                self._reason = event.reason
            case Started():
                pass
            case _:
                assert_never(event)

    def _write(self, event: TextDelta | MarkedText) -> Iterator[Event]:
        if not event.text:
            return
        message = yield from self._begin_message()
        yield from message.write(event.text, _logprobs(event.logprobs))
        for marker in event.markers if isinstance(event, MarkedText) else ():
            snippet = self._snippets[marker.chunk]
            yield from message.annotate(file_citation(snippet, index=marker.start, links=self._links))

    def _think(self, fields: Json) -> Iterator[Event]:
        thought = fields.get("reasoning_content") or fields.get("reasoning")
        if not isinstance(thought, str) or not thought or self._message is not None:
            return
        if self._reasoning is None:
            self._reasoning = ReasoningOutput(self._next_index())
            yield from self._begin(self._reasoning)
        yield from self._reasoning.write(thought)

    def _call(self, event: ToolCallDelta) -> Iterator[Event]:
        if event.position not in self._calls:
            yield from self._end_reasoning()
            is_custom = event.kind == "custom"
            call = CallOutput(self._next_index(), event.call_id or "", event.name or "", is_custom=is_custom)
            self._calls[event.position] = call
            yield from self._begin(call)
        yield from self._calls[event.position].write(event.arguments)

    def _begin_message(self) -> Generator[Event, None, MessageOutput]:
        """Return the message that is being written; begin it when there is none."""
        if self._message is None:
            yield from self._end_reasoning()
            self._message = MessageOutput(self._next_index())
            yield from self._begin(self._message)
        return self._message

    def _next_index(self) -> int:
        return len(self._searches) + len(self._items)

    def _begin(self, item: OutputItem) -> Iterator[Event]:
        self._items.append(item)
        self._open.append(item)
        yield from item.begin()

    def _end_reasoning(self) -> Iterator[Event]:
        if self._reasoning is not None and self._reasoning in self._open:
            self._open.remove(self._reasoning)
            yield from self._reasoning.end()

    def _ending(self) -> Iterator[Event]:
        """Yield the ends of what is open, and the whole response."""
        while self._open:
            yield from self._open.pop(0).end()
        incomplete = _INCOMPLETE.get(self._reason)
        status = "incomplete" if incomplete else "completed"
        end = ResponseEnd(
            usage=usage_body(self._usage),
            incomplete=incomplete,
            completed_at=None if incomplete else int(time.time()),
            footnote=self._footnote(),
        )
        response = self._head.body(status, self._output("completed"), end)
        yield {"type": f"response.{status}", "response": response}

    def _output(self, status: str) -> list[Json]:
        items = [item.body(status=status if item in self._open else "completed") for item in self._items]
        return [*self._searches, *items]

    def _footnote(self) -> Json | None:
        """Return what was retrieved, and what was cited of it."""
        retrieved = retrieved_notes(self._answer, self._links)
        if retrieved is None or self._cited is None:
            return retrieved
        return retrieved | cited_notes(self._answer, self._cited, self._links)


def _logprobs(logprobs: Json | None) -> list[Json]:
    content = (logprobs or {}).get("content")
    return list(content) if isinstance(content, list) else []
