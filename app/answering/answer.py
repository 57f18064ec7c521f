"""A grounded answer: the snippets first, then upstream's words as events with checked citations."""

import datetime as dt
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.answering.citations import make_citations
from app.answering.events import AnswerEvent, Cited
from app.answering.grounding import Grounding, choose_grounding
from app.answering.markers import MarkerScanner
from app.answering.prompt import upstream_body, wants_markers
from app.answering.question import asked_questions, find_question, is_follow_up, last_question
from app.answering.rewriting import QueryRewriter, Rewritten
from app.answering.usage import add_usage
from app.core import metrics
from app.core.errors import NotFound, UpstreamFailed
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
from app.retrieval.documents import DocumentRetriever
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retrieval, SearchRequest
from app.retrieval.subject import Subject, find_subject
from app.wire.chat_completions import ChatCompletionRequest

log = structlog.get_logger()


@dataclass(slots=True)
class Answer:
    """An answer under way: what was found, and upstream's first word already there.

    `retrieval` is None when nothing was searched. Whoever gets it must `aclose` it.
    """

    started: Started
    provider: str
    retrieval: Retrieval | None
    _events: AsyncGenerator[ProviderEvent, None]
    _with_markers: bool
    _rewriting_usage: Json
    _scanners: dict[int, MarkerScanner] = field(default_factory=dict)

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        return self.retrieval.snippets if self.retrieval else ()

    async def events(self) -> AsyncIterator[AnswerEvent]:
        """Yield text, tool calls, then for each choice its citations (if grounded) and its end, and the usage.

        The usage counts the model's work on the question, too, as far as it was reported.
        """
        async for event in self._events:
            match event:
                case TextDelta() if self._scanned:
                    text = self._scanner(event.index).feed(event.text)
                    if text or event.logprobs:
                        yield TextDelta(event.index, text, event.logprobs)
                case Finished() if self._scanned:
                    if rest := self._scanner(event.index).finish():
                        yield TextDelta(event.index, rest)
                    yield self._cited(event.index)
                    yield event
                case UsageReported():
                    yield UsageReported(add_usage(event.usage, self._rewriting_usage))
                case _:
                    yield event

    async def aclose(self) -> None:
        """Stop upstream's work."""
        await self._events.aclose()

    @property
    def _scanned(self) -> bool:
        # What is told from a list of files cites nothing, whatever the model writes.
        return self._with_markers and bool(self.snippets or (self.retrieval and self.retrieval.listing))

    def _scanner(self, index: int) -> MarkerScanner:
        if index not in self._scanners:
            self._scanners[index] = MarkerScanner(snippet.n for snippet in self.snippets)
        return self._scanners[index]

    def _cited(self, index: int) -> Cited:
        scanner = self._scanner(index)
        by_number = {snippet.n: snippet for snippet in self.snippets}
        citations = make_citations(scanner.text, scanner.markers, by_number)
        metrics.removed_markers.inc(scanner.removed)
        for citation in citations:
            metrics.citations.labels(str(citation.verified).lower()).inc()
        return Cited(index, citations, scanner.removed)


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How long upstream may take to begin, and how many tokens of sources the model is given to read."""

    timeout_seconds: float
    context_tokens: int


class Answerer:
    """Starts answers."""

    def __init__(
        self,
        documents: DocumentRetriever,
        records: RetrievalLog,
        chat: ChatProvider,
        rewriter: QueryRewriter,
        limits: AnswerLimits,
    ) -> None:
        self._documents = documents
        self._records = records
        self._chat = chat
        self._rewriter = rewriter
        self._limits = limits

    async def start(self, caller: Caller, request: ChatCompletionRequest) -> Answer:
        """Search, ask upstream, and return once its first word is there, so that failures still have a status."""
        deadline = time.monotonic() + self._limits.timeout_seconds
        grounding = choose_grounding(request)
        today = dt.datetime.now(dt.UTC).date()
        subject = find_subject(asked_questions(request.messages), today)
        question = await self._question(request, grounding, subject)
        if subject is None and question.is_condensed:
            subject = find_subject([question.query], today)
        search = self._search_request(request, grounding, query=question.query)
        retrieval = await self._retrieve(caller, request, grounding, search, subject)

        fence = f"source-{secrets.token_hex(4)}"
        body = upstream_body(request, model=grounding.model, found=retrieval, fence=fence)
        if retrieval is not None:
            await self._records.record(caller, retrieval, prompt=body["messages"])
        events = self._chat.respond(_provider_request(body, retrieval), deadline=deadline)
        try:
            first = await anext(events)
        except StopAsyncIteration:
            raise UpstreamFailed("The upstream model server said nothing.") from None
        assert isinstance(first, Started), "providers begin with Started"
        return Answer(first, self._chat.name, retrieval, events, wants_markers(request), question.usage)

    async def _question(
        self, request: ChatCompletionRequest, grounding: Grounding, subject: Subject | None
    ) -> Rewritten:
        """Return what to search for: a follow-up with what it refers to, any question rewritten when that is asked for."""
        if subject is not None and subject.kind == "listing" and subject.is_certain:
            return Rewritten(find_question(request.messages))
        wanted = grounding.rewrite_query
        if wanted is None:
            wanted = is_follow_up(request.messages)
        if not (wanted and grounding.enabled):
            return Rewritten(find_question(request.messages))
        return await self._rewriter.rewrite_with_usage(request.messages, model=grounding.model)

    def _search_request(
        self, request: ChatCompletionRequest, grounding: Grounding, *, query: str
    ) -> SearchRequest:
        return SearchRequest(
            queries=(query,),
            asked=(last_question(request.messages),),
            max_tokens=self._limits.context_tokens,
            store_references=grounding.store_references,
            max_num_results=grounding.max_num_results,
            score_threshold=grounding.score_threshold,
            filters=grounding.filters,
            mode=grounding.mode,
            ranker=grounding.ranker,
            lexical_weight=grounding.lexical_weight,
        )

    async def _retrieve(
        self,
        caller: Caller,
        request: ChatCompletionRequest,
        grounding: Grounding,
        search: SearchRequest,
        subject: Subject | None,
    ) -> Retrieval | None:
        if not grounding.enabled:
            return None
        try:
            retrieval = await self._documents.retrieve(caller, search, subject)
        except NotFound as error:
            if grounding.by_model:
                message = f"The model `{request.model}` does not exist or you do not have access to it."
                raise NotFound(message, code="model_not_found") from error
            raise
        log.info(
            "retrieved",
            retrieval_id=retrieval.retrieval_id,
            route=retrieval.route,
            snippets=len(retrieval.snippets),
            milliseconds=round(retrieval.seconds * 1000, 1),
        )
        return None if retrieval.route == "empty" else retrieval


def _provider_request(body: dict[str, Any], retrieval: Retrieval | None) -> ChatProviderRequest:
    if retrieval is None:
        return ChatProviderRequest(body)
    return ChatProviderRequest(body, retrieval.snippets, retrieval.listing, retrieval.summarises)
