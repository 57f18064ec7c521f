"""A grounded answer: the snippets first, then upstream's words as events with checked citations."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.access.rate_limits import RateLimits, Reservation
from app.answering.citations import MarkerScanner, make_citations
from app.answering.events import AnswerEvent, Cited, MarkedText
from app.answering.prompt import Attachments, grounded_body
from app.answering.verdicts import ModelJudge
from app.core import telemetry
from app.core.answers import AnswerRequest, MarkerStyle
from app.core.errors import NotFound, UpstreamFailed
from app.core.ids import shown_id
from app.core.types import Caller, Json, Snippet
from app.providers.base import (
    ChatProvider,
    ChatProviderRequest,
    Finished,
    ProviderEvent,
    Started,
    TextDelta,
    UsageReported,
)
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retrieval
from app.searching.conversations import ConversationSearch, Found
from app.wire.base import split_model

# What an answer is taken to have when the request sets no limit.
_ASSUMED_ANSWER = 256
_CHARACTERS_A_TOKEN = 4


def _estimated_tokens(request: AnswerRequest) -> int:
    """Return how many tokens an answer may use, before anything is known of its sources."""
    characters = sum(len(turn.text) for turn in request.conversation)
    body: Mapping[str, Any] = request.upstream_body
    longest = body.get("max_completion_tokens") or body.get("max_tokens") or _ASSUMED_ANSWER
    return characters // _CHARACTERS_A_TOKEN + longest * (body.get("n") or 1)


def add_usage(first: Mapping[str, Any], second: Mapping[str, Any]) -> Json:
    """Return the sums of two usage objects, details included. Fields that only one of them has are kept."""
    return {**second, **{name: _sum(value, second.get(name)) for name, value in first.items()}}


def _sum(value: Any, other: Any) -> Any:  # upstream's JSON
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        return add_usage(value, other)
    if value is None or other is None:
        return other if value is None else value
    both_count = isinstance(value, int | float) and isinstance(other, int | float)
    return value + other if both_count else value


@dataclass(slots=True)
class Answer:
    """An answer under way: what was found, and upstream's first word already there.

    `model` is the id that was asked for. `retrieval` is None when nothing was searched. Whoever gets it must `aclose` it.
    """

    started: Started
    model: str
    provider: str
    retrieval: Retrieval | None
    marker_style: MarkerStyle
    _events: AsyncGenerator[ProviderEvent, None]
    _with_markers: bool
    _judge: ModelJudge | None
    _own_usage: Json
    reservation: Reservation
    _scanners: dict[int, MarkerScanner] = field(default_factory=dict)
    _usage: Json | None = None

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        return self.retrieval.snippets if self.retrieval else ()

    async def events(self) -> AsyncIterator[AnswerEvent]:
        """Yield text, tool calls, then for each choice its citations (if grounded) and its end, and the usage.

        The usage counts the model's work on the question and on doubtful citations, too, as far as it was reported.
        """
        async for event in self._events:
            match event:
                case TextDelta() if self._is_scanned:
                    text = self._scanned(event.index, event.text, event.logprobs)
                    if text is not None:
                        yield text
                case Finished() if self._is_scanned:
                    if rest := self._scanned(event.index, None):
                        yield rest
                    yield await self._cited(event.index)
                    yield event
                case UsageReported():
                    self._usage = add_usage(event.usage, self._own_usage)
                    yield UsageReported(self._usage)
                case _:
                    yield event

    async def aclose(self) -> None:
        """Stop upstream's work, and count the tokens: those that were reported, or else those that were put aside."""
        await self._events.aclose()
        await self.reservation.settle(self._usage)

    @property
    def _is_scanned(self) -> bool:
        # An answer from a list of files cites nothing, whatever the model writes.
        return self._with_markers and bool(self.snippets or (self.retrieval and self.retrieval.listing))

    def _scanned(
        self, index: int, piece: str | None, logprobs: Json | None = None
    ) -> TextDelta | MarkedText | None:
        """Return what is now decided of a choice's text, None when nothing is; without a piece it is at its end."""
        scanner = self._scanner(index)
        known = len(scanner.markers)
        text = scanner.finish() if piece is None else scanner.feed(piece)
        if markers := tuple(scanner.markers[known:]):
            return MarkedText(index, text, markers, logprobs)
        return TextDelta(index, text, logprobs) if text or logprobs else None

    def _scanner(self, index: int) -> MarkerScanner:
        if index not in self._scanners:
            self._scanners[index] = MarkerScanner((snippet.n for snippet in self.snippets), self.marker_style)
        return self._scanners[index]

    async def _cited(self, index: int) -> Cited:
        scanner = self._scanner(index)
        by_number = {snippet.n: snippet for snippet in self.snippets}
        citations = make_citations(scanner.text, scanner.markers, by_number)
        if self._judge is not None:
            judged = await self._judge.judge(scanner.text, citations, by_number)
            citations, self._own_usage = judged.citations, add_usage(self._own_usage, judged.usage)
        telemetry.removed_markers.inc(scanner.removed)
        for citation in citations:
            telemetry.note_citation(verified=citation.verified)
        return Cited(index, citations, scanner.removed)


@dataclass(frozen=True, slots=True)
class Answerer:
    """Starts answers. `judge` is None where words alone say whether a citation is verified; `fence_key` is secret.

    Upstream has `timeout_seconds` to begin.
    """

    search: ConversationSearch
    records: RetrievalLog
    chat: ChatProvider
    attachments: Attachments
    limits: RateLimits
    judge: ModelJudge | None
    fence_key: bytes
    timeout_seconds: float

    async def start(self, caller: Caller, request: AnswerRequest) -> Answer:
        """Search, ask upstream, and return once its first word is there, so that failures still have a status.

        Raises LimitExceeded before any work when the caller's tokens of this minute do not suffice.
        """
        async with await self.limits.reserve(caller, _estimated_tokens(request)) as reservation:
            return await self._started(caller, request, reservation)

    async def _started(self, caller: Caller, request: AnswerRequest, reservation: Reservation) -> Answer:
        began = time.monotonic()
        deadline = began + self.timeout_seconds
        body = await self.attachments.read_into(caller, request.upstream_body)
        self.chat.check_request(body)
        found = await self._find(caller, request)
        retrieval = found.retrieval
        if retrieval is not None:
            grounded = grounded_body(body, retrieval, key=self.fence_key, with_markers=request.with_markers)
            await self.records.record(caller, retrieval, prompt=grounded["messages"])
            body = grounded
        events = self.chat.respond(_provider_request(body, retrieval, request), deadline=deadline)
        try:
            first = await anext(events)
        except StopAsyncIteration:
            raise UpstreamFailed("The upstream model server said nothing.") from None
        assert isinstance(first, Started), "providers begin with Started"
        telemetry.first_token_seconds.observe(time.monotonic() - began)
        return Answer(
            first,
            request.model,
            self.chat.name,
            retrieval,
            request.marker_style,
            events,
            request.with_markers,
            self.judge,
            found.usage,
            reservation,
        )

    async def _find(self, caller: Caller, request: AnswerRequest) -> Found:
        try:
            return await self.search.find(caller, request)
        except NotFound as error:
            # Upstream's own 404, for the model that embeds, has a code.
            if request.store_by_model and error.code is None:
                raise _no_such_store(request.model) from error
            raise


def _no_such_store(model: str) -> NotFound:
    store = split_model(model).store or ""
    return NotFound(
        f"The model `{shown_id(model)}` does not exist: there is no vector store '{shown_id(store)}', or you do not have "
        "access to it. GET /v1/models lists the models with their stores.",
        code="model_not_found",
    )


def _provider_request(body: Json, retrieval: Retrieval | None, request: AnswerRequest) -> ChatProviderRequest:
    if retrieval is None:
        return ChatProviderRequest(body)
    asked = [turn.text for turn in request.conversation if turn.role == "user"]
    return ChatProviderRequest(
        body,
        retrieval.snippets,
        retrieval.listing,
        retrieval.summarises,
        question=asked[-1] if asked else "",
    )
