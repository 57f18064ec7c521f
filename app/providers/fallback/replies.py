"""The fallback's replies, cut at the request's limits, and the pieces in which they are streamed."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from app.core.errors import InvalidRequest
from app.core.text import UNSPACED, count_tokens
from app.core.types import Json
from app.providers.base import ExtraDelta, ProviderEvent, TextDelta, ToolCallDelta
from app.providers.fallback import requests
from app.providers.fallback.schemas import Schema, Unmakeable
from app.providers.fallback.structured import make_instance

# A word with the space before it; two characters where words have no spaces between.
_PIECE = re.compile(rf"\s*(?:[{UNSPACED}]{{1,2}}|[^\s{UNSPACED}]+)|\s+")


@dataclass(frozen=True, slots=True)
class Reply:
    """What every choice says: a text, or the arguments of a call."""

    text: str
    reason: str = "stop"
    kind: str = "text"
    name: str = ""
    call_id: str = ""
    completion_tokens: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "completion_tokens", count_tokens(self.text))


def text_reply(text: str, *, body: Json) -> Reply:
    """Return a text, ended by a stop text or where its tokens are spent."""
    places = [text.find(stop) for stop in requests.stop_texts(body)]
    ended = text[: min((place for place in places if place >= 0), default=len(text))]
    return _within_limit(Reply(ended), body)


def json_reply(schema: Schema, *, text: str, body: Json) -> Reply:
    """Return an instance of the schema that `response_format` asks for; InvalidRequest when there is none."""
    return text_reply(_instance(schema, text, param="response_format"), body=body)


def call_reply(tool: Mapping[str, Any], *, text: str, body: Json) -> Reply:
    """Return a call of a tool, a custom one with the plain text; InvalidRequest when its schema has no instance."""
    kind = "custom" if tool.get("type") == "custom" else "function"
    inner: Any = tool.get(kind) or {}
    arguments = text or "text"
    if kind == "function":
        arguments = _instance(_parameters(inner), text, param="tools")
    return _within_limit(
        Reply(arguments, "tool_calls", kind, str(inner.get("name")), _call_id(body, arguments)), body
    )


def function_reply(function: Mapping[str, Any], *, text: str, body: Json) -> Reply:
    """Return a call in the older form, from before there were tools."""
    arguments = _instance(_parameters(function), text, param="functions")
    reply = Reply(arguments, "function_call", "function_call", str(function.get("name")))
    return _within_limit(reply, body)


def deltas(reply: Reply, index: int, *, streamed: bool = True) -> Iterator[ProviderEvent]:
    """Yield the pieces of one choice: words (all at once unless they are streamed), or a call's head and its arguments."""
    pieces = _PIECE.findall(reply.text) if streamed else [reply.text]
    if streamed and len(pieces) == 1 and len(reply.text) > 1:
        pieces = [reply.text[:1], reply.text[1:]]

    if reply.kind == "text":
        yield from (TextDelta(index, piece) for piece in pieces)
    elif reply.kind == "function_call":
        yield ExtraDelta(index, {"function_call": {"name": reply.name, "arguments": reply.text}})
    else:
        call_id = f"{reply.call_id}{index:03}"
        yield ToolCallDelta(index, 0, "", call_id=call_id, kind=reply.kind, name=reply.name)
        yield from (ToolCallDelta(index, 0, piece) for piece in pieces)


def _parameters(function: Mapping[str, Any]) -> Schema:
    """Return the schema of a function's arguments, which are an object even where it does not say so."""
    parameters: Any = function.get("parameters") or {}
    return parameters if "type" in parameters or "$ref" in parameters else {**parameters, "type": "object"}


def _instance(schema: Schema, text: str, *, param: str) -> str:
    try:
        return orjson.dumps(make_instance(schema, text=text)).decode()
    except Unmakeable as error:
        raise InvalidRequest(
            f"Invalid schema in '{param}': the schema {error}.", param=param, code="invalid_json_schema"
        ) from error


def _within_limit(reply: Reply, body: Json) -> Reply:
    """Cut a reply to as many tokens as it may have, to the character."""
    limit = requests.token_limit(body)
    if limit is None or reply.completion_tokens <= limit:
        return reply

    # More text is hardly ever fewer tokens: halving finds the longest beginning that fits, or one next to it.
    fitting, too_long = 0, len(reply.text)
    while too_long - fitting > 1:
        middle = (fitting + too_long) // 2
        if count_tokens(reply.text[:middle]) <= limit:
            fitting = middle
        else:
            too_long = middle
    return replace(reply, text=reply.text[:fitting], reason="length")


def _call_id(body: Json, arguments: str) -> str:
    """Return an id that another conversation, or another turn of it, will not have."""
    asked = json.dumps([body.get("messages"), arguments], default=str).encode()
    return f"call_{hashlib.sha256(asked).hexdigest()[:21]}"
