"""Searches for the last question of a conversation: in the documents, or for the documents themselves."""

import datetime as dt
from dataclasses import dataclass, field

import structlog

from app.core.answers import AnswerRequest
from app.core.gate import Gate
from app.core.searches import SearchOptions
from app.core.types import Caller, Json
from app.retrieval.documents import DocumentRetriever
from app.retrieval.search import Retrieval, SearchRequest
from app.retrieval.subject import Subject, find_subject
from app.searching.question import asked_questions, find_question, is_follow_up, last_question
from app.searching.rewriting import QueryRewriter, Rewritten

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, None when nothing was searched, and the usage of the model that rewrote the question."""

    retrieval: Retrieval | None = None
    usage: Json = field(default_factory=dict)


class ConversationSearch:
    """Finds what answers a conversation's last question."""

    def __init__(
        self, documents: DocumentRetriever, rewriter: QueryRewriter, gate: Gate, *, max_tokens: int
    ) -> None:
        self._gate = gate
        self._documents = documents
        self._rewriter = rewriter
        self._max_tokens = max_tokens

    async def find(self, caller: Caller, request: AnswerRequest) -> Found:
        """Return passages within the token budget, or a list of files where the question asks for that.

        Nothing is recorded yet: that is done with the prompt. Raises what `Retriever.search` raises, and
        Overloaded when too many searches wait.
        """
        if request.search is None:
            return Found()
        today = dt.datetime.now(dt.UTC).date()
        subject = find_subject(asked_questions(request.conversation), today)
        question = await self._question(request, request.search, subject)
        if subject is None and question.is_condensed:
            subject = find_subject([question.query], today)
        retrieval = await self._retrieve(caller, request, request.search, question.query, subject)
        return Found(retrieval, question.usage)

    async def _question(
        self, request: AnswerRequest, options: SearchOptions, subject: Subject | None
    ) -> Rewritten:
        """Return what to search for. A follow-up includes what it refers to; other questions are rewritten on request."""
        is_listing = subject is not None and subject.kind == "listing" and subject.is_certain
        wanted = options.rewrite_query
        if wanted is None:
            wanted = is_follow_up(request.conversation)
        if is_listing or not wanted:
            return Rewritten(find_question(request.conversation))
        return await self._rewriter.rewrite(request.conversation, model=request.upstream_model)

    async def _retrieve(
        self,
        caller: Caller,
        request: AnswerRequest,
        options: SearchOptions,
        query: str,
        subject: Subject | None,
    ) -> Retrieval | None:
        search = SearchRequest(
            (query,), options, max_tokens=self._max_tokens, asked=(last_question(request.conversation),)
        )
        async with self._gate.place():
            retrieval = await self._documents.retrieve(caller, search, subject)
        log.info(
            "retrieved",
            retrieval_id=retrieval.retrieval_id,
            route=retrieval.route,
            snippets=len(retrieval.snippets),
            milliseconds=round(retrieval.seconds * 1000, 1),
        )
        return None if retrieval.route == "empty" else retrieval
