"""Answers without a model: the best sentences of the snippets, quoted with their markers. Same question, same bytes."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from app.core.tokens import count_tokens
from app.core.types import Json
from app.providers.base import (
    ChatProviderRequest,
    Finished,
    ProviderEvent,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.providers.fallback import requests
from app.providers.fallback.sentences import Quoted, best_sentences
from app.providers.fallback.structured import make_instance

_FINGERPRINT = "fp_footnote_fallback_v1"
_PIECE = re.compile(r"\s*\S+\s*?|\s+")
_END_MARKS = ".!?…。！？"
_LONGEST_ECHO = 200
_NOT_FOUND = "The documents do not answer this question."
_NO_MODEL = "No model is configured, so this is a development answer"


@dataclass(frozen=True, slots=True)
class _Reply:
    """What every choice says: a text, or the call of a tool."""

    text: str = ""
    reason: str = "stop"
    tool: Mapping[str, Any] | None = None
    arguments: str = ""

    @property
    def completion_tokens(self) -> int:
        return count_tokens(self.text + self.arguments)


class FallbackChat:
    """Stands in for a chat model: quotes when it has snippets, says so when it has none."""

    name = "fallback"

    def __init__(self, *, model: str = "gpt-4o-mini") -> None:
        self._model = model

    async def respond(
        self,
        request: ChatProviderRequest,
        *,
        deadline: float,  # noqa: ARG002 - there is nobody to wait for
    ) -> AsyncGenerator[ProviderEvent, None]:
        reply = await asyncio.to_thread(_reply, request)
        yield Started(request.model, system_fingerprint=_FINGERPRINT)
        choices: Any = request.body.get("n") or 1
        for index in range(choices):
            for event in _said(reply, index, request.body):
                yield event
                # Let others run: a long answer must not hold the loop.
                await asyncio.sleep(0)
            yield Finished(index, reply.reason)
        usage = _usage(requests.prompt_tokens(request.body), reply.completion_tokens * choices)
        yield UsageReported(usage)

    async def models(self) -> list[str]:
        return [self._model]

    async def check(self) -> None:
        """Need nothing, so that nothing can be missing."""


def _reply(request: ChatProviderRequest) -> _Reply:
    body = request.body
    text = _answer_text(request)
    tool = requests.forced_tool(body)
    if tool is not None:
        return _call(tool, text)

    response_format: Any = body.get("response_format") or {"type": "text"}
    if response_format["type"] == "json_object":
        text = orjson.dumps({"answer": _without_markers(text)}).decode()
    elif response_format["type"] == "json_schema":
        schema = response_format["json_schema"].get("schema") or {}
        text = orjson.dumps(make_instance(schema, text=_without_markers(text))).decode()
    return _cut(text, body)


def _answer_text(request: ChatProviderRequest) -> str:
    last = requests.messages_of(request.body)[-1]
    if last.get("role") in ("tool", "function"):
        return f"The tool answered: {_echo(requests.message_text(last))}"

    question = requests.last_question(request.body)
    if request.snippets:
        quoted = best_sentences(question, request.snippets)
        return " ".join(_with_marker(sentence) for sentence in quoted) or _NOT_FOUND
    return f"{_NO_MODEL}. You said: {_echo(question)}" if question else f"{_NO_MODEL}."


def _with_marker(sentence: Quoted) -> str:
    """Put the marker before the sentence's last full stop."""
    text = sentence.text
    body = text.rstrip(_END_MARKS)
    return f"{body} [{sentence.n}]{text[len(body) :] or '.'}"


def _without_markers(text: str) -> str:
    return re.sub(r" \[\d{1,3}\]", "", text)


def _echo(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_ECHO else f"{line[:_LONGEST_ECHO]}…"


def _call(tool: Mapping[str, Any], text: str) -> _Reply:
    if tool.get("type") == "custom":
        return _Reply(reason="tool_calls", tool=tool, arguments=_without_markers(text))
    schema = tool["function"].get("parameters") or {"type": "object"}
    arguments = orjson.dumps(make_instance(schema, text=_without_markers(text))).decode()
    return _Reply(reason="tool_calls", tool=tool, arguments=arguments)


def _cut(text: str, body: Json) -> _Reply:
    """End the text at a stop text, or where its tokens are spent."""
    stops = [text.find(stop) for stop in requests.stop_texts(body)]
    text = text[: min((place for place in stops if place >= 0), default=len(text))]
    limit = requests.token_limit(body)
    if limit is None or count_tokens(text) <= limit:
        return _Reply(text)

    kept = ""
    for piece in _PIECE.findall(text):
        if count_tokens(kept + piece) > limit:
            break
        kept += piece
    return _Reply(kept, reason="length")


def _said(reply: _Reply, index: int, body: Json) -> Iterator[ProviderEvent]:
    if reply.tool is None:
        for piece in _PIECE.findall(reply.text):
            yield TextDelta(index, piece)
        return

    kind = str(reply.tool.get("type", "function"))
    inner = reply.tool[kind]
    call_id = f"call_{hashlib.sha256(orjson.dumps([body, index], default=str)).hexdigest()[:24]}"
    yield ToolCallDelta(index, 0, "", call_id=call_id, kind=kind, name=inner["name"])
    half = len(reply.arguments) // 2
    for piece in (reply.arguments[:half], reply.arguments[half:]):
        if piece:
            yield ToolCallDelta(index, 0, piece)


def _usage(prompt: int, completion: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
