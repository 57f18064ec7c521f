"""Turns a conversation into a search query: by the model if there is one, else by rule."""

import asyncio
import re
import time
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from app.core import metrics
from app.core.answers import Conversation
from app.core.errors import FootnoteError
from app.core.types import Json
from app.providers.base import ChatProvider, ChatProviderRequest, TextDelta, UsageReported
from app.searching.question import find_question, last_question

log = structlog.get_logger()

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
        metrics.rewrites.labels("ok" if written.query else "failed").inc()
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
