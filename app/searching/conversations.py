"""Searches for the last question of a conversation: in the documents, or for the documents themselves."""

import asyncio
import datetime as dt
import re
import time
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from app.core import telemetry
from app.core.answers import AnswerRequest, Conversation
from app.core.errors import FootnoteError
from app.core.searches import SearchOptions
from app.core.text import is_unspaced, tokens
from app.core.types import Caller, Json
from app.core.waiting import Gate
from app.providers.base import ChatProvider, ChatProviderRequest, TextDelta, UsageReported
from app.retrieval.documents import DocumentRetriever
from app.retrieval.search import Retrieval, Retriever, SearchRequest
from app.retrieval.subject import Subject, find_subject

# "And for contractors?" says too little by itself, as do most questions of so few words.
_FEWEST_WORDS = 5
_FEWEST_CHARACTERS = 10
_CONNECTIVES = frozenset({"and", "but", "or", "also", "then", "it", "its", "they", "their", "he", "she"})


def find_question(conversation: Conversation) -> str:
    """Return the last user message, preceded by the one before it if it continues that one."""
    asked = _asked_questions(conversation)
    if len(asked) < 2 or not _goes_on(asked[-1]):
        return asked[-1] if asked else ""
    return f"{asked[-2]}\n{asked[-1]}"


def last_question(conversation: Conversation) -> str:
    """Return the last user message that says anything."""
    return (_asked_questions(conversation) or [""])[-1]


def _asked_questions(conversation: Conversation) -> list[str]:
    """Return the user's messages that say anything, the last one last."""
    return [turn.text for turn in conversation if turn.role == "user" and turn.text.strip()]


def _is_follow_up(conversation: Conversation) -> bool:
    """Whether the user has asked before."""
    return len(_asked_questions(conversation)) > 1


def _goes_on(text: str) -> bool:
    """Whether a question refers to the one before: it is short, or it begins with a connective."""
    words = tokens(text)
    if any(is_unspaced(word) for word in words):
        return sum(map(len, words)) < _FEWEST_CHARACTERS
    return len(words) < _FEWEST_WORDS or (len(words) < 2 * _FEWEST_WORDS and words[0] in _CONNECTIVES)


_INSTRUCTION = """Write the one search query that finds what the user's last message asks for in a collection of \
documents. It must be understood without the conversation: put in what the message refers to. Keep its language, and \
keep names, numbers and codes exactly. Answer with the query alone."""
_SECONDS = 10.0
_TURNS = 6
_LONGEST_TURN = 1_000
_LONGEST_QUERY = 400

_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|please|thanks|thank you|dear \w+|good (?:morning|evening))\b[\s,.!:-]*"
    r"|(?:can|could|would|will) you (?:please |kindly )?(?:tell|show|explain|give|find)(?: to)?(?: me| us)?\s+"
    r"|(?:i|we) (?:would like|want|need|'d like|wish) to (?:know|find out|understand|ask)\s+"
    r"|(?:please )?(?:tell|show|give) (?:me|us)\s+|do you know\s+)+",
    re.IGNORECASE,
)
_THANKS = re.compile(r"[\s,.!-]*\b(?:please|thanks|thank you|cheers)[\s.!]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query, and the usage that the model reported for it; empty when none was asked, or it was cut short.

    `is_condensed` says that a model wrote it, so that it can be understood by itself.
    """

    query: str
    usage: Json = field(default_factory=dict)
    is_condensed: bool = False


class QueryRewriter(Protocol):
    """Turns conversations into queries."""

    async def rewrite(self, conversation: Conversation, *, model: str) -> Rewritten:
        """Return what the last user message asks for, as one query that stands by itself."""
        ...


class PlainRewriter:
    """By rule: puts the question before in front of a follow-up, and removes courtesies."""

    async def rewrite(self, conversation: Conversation, *, model: str) -> Rewritten:  # noqa: ARG002 - none is asked
        return Rewritten(without_courtesies(find_question(conversation)))


class ModelRewriter:
    """Asks the model that will answer. Falls back to rules when the model fails, is late or rambles."""

    def __init__(self, chat: ChatProvider) -> None:
        self._chat = chat
        self._by_rule = PlainRewriter()

    async def rewrite(self, conversation: Conversation, *, model: str) -> Rewritten:
        if not last_question(conversation):
            return Rewritten("")
        try:
            async with asyncio.timeout(_SECONDS):
                written = await self._ask(conversation, model)
        except (FootnoteError, TimeoutError) as error:
            log.info("rewrite_failed", reason=str(error) or type(error).__name__)
            written = Rewritten("")
        telemetry.rewrites.labels("ok" if written.query else "failed").inc()
        if written.query:
            return written
        return replace(await self._by_rule.rewrite(conversation, model=model), usage=written.usage)

    async def _ask(self, conversation: Conversation, model: str) -> Rewritten:
        """Return the query, empty when the answer is not one."""
        body = {
            "model": model,
            "stream": True,
            "messages": [
                {"role": "system", "content": _INSTRUCTION},
                {"role": "user", "content": _transcript(conversation)},
            ],
        }
        written = ""
        usage: Json = {}
        request = ChatProviderRequest(body)
        async with aclosing(self._chat.respond(request, deadline=time.monotonic() + _SECONDS)) as events:
            async for event in events:
                match event:
                    case TextDelta():
                        written += event.text
                    case UsageReported():
                        usage = event.usage
                    case _:
                        pass
                if len(written) > _LONGEST_QUERY:
                    return Rewritten("", usage)
        query = " ".join(written.split()).strip("\"'“”` ")
        return Rewritten(query, usage, is_condensed=bool(query))


def make_rewriter(chat: ChatProvider) -> QueryRewriter:
    """Return a rewriter that asks the model, or one that follows rules if there is no model to ask."""
    return ModelRewriter(chat) if chat.follows_instructions else PlainRewriter()


def without_courtesies(question: str) -> str:
    """Return a question without merely polite words; unchanged if nothing else would be left."""
    bare = _THANKS.sub("", _COURTESY.sub("", question.strip()))
    return bare if bare.strip(" ?!.") else question


def _transcript(conversation: Conversation) -> str:
    turns = [f"{turn.role}: {turn.text[:_LONGEST_TURN]}" for turn in conversation]
    return "\n\n".join(turns[-_TURNS:])


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, None when nothing was searched, and the usage of the model that rewrote the question."""

    retrieval: Retrieval | None = None
    usage: Json = field(default_factory=dict)


class ConversationSearch:
    """Finds what answers a conversation's last question."""

    def __init__(
        self,
        retriever: Retriever,
        documents: DocumentRetriever,
        rewriter: QueryRewriter,
        gate: Gate,
        *,
        max_tokens: int,
    ) -> None:
        self._gate = gate
        self._retriever = retriever
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
        subject = find_subject(_asked_questions(request.conversation), today)
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
            wanted = _is_follow_up(request.conversation)
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
            if subject is None:
                retrieval = await self._retriever.search(caller, search)
            else:
                retrieval = await self._documents.retrieve(caller, search, subject)
        log.info(
            "retrieved",
            retrieval_id=retrieval.retrieval_id,
            route=retrieval.route,
            snippets=len(retrieval.snippets),
            milliseconds=round(retrieval.seconds * 1000, 1),
        )
        return None if retrieval.route == "empty" else retrieval
