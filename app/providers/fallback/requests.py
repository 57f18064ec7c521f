"""What the fallback reads out of a chat request's body. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from app.core.errors import InvalidRequest
from app.core.text import count_tokens
from app.core.types import Json

# OpenAI's cookbook counts three tokens a message around its text, and three to begin the answer.
_TOKENS_A_MESSAGE = 3
_ANY_OBJECT = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
_SERVED_PARTS = ("text", "refusal")
_LONE = re.compile(r"[\ud800-\udfff]")


def message_text(message: Mapping[str, Any]) -> str:
    """Return the text of a message in the body."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    texts = [str(part["text"]) for part in parts if isinstance(part, Mapping) and part.get("text")]
    return readable(content if isinstance(content, str) else "\n".join(texts))


def readable(text: str) -> str:
    """Return a text with U+FFFD for lone surrogates: no stream could carry them."""
    return _LONE.sub("\ufffd", text)


def messages_of(body: Json) -> list[Mapping[str, Any]]:
    """Return the body's messages."""
    messages: Any = body["messages"]
    return list(messages)


def check_servable(body: Json) -> None:
    """Raise InvalidRequest for what needs a model: pictures, sound, files, and the likelihood of words."""
    for number, message in enumerate(messages_of(body)):
        content = message.get("content")
        for place, part in enumerate(content if isinstance(content, list) else ()):
            if part.get("type") not in _SERVED_PARTS:
                raise InvalidRequest(
                    f"Content parts of type '{part.get('type')}' need a model: this server has none and reads text only.",
                    param=f"messages[{number}].content[{place}]",
                    code="unsupported_value",
                )
    if body.get("logprobs"):
        raise InvalidRequest(
            "'logprobs' needs a model: this server has none.", param="logprobs", code="unsupported_parameter"
        )


def last_question(body: Json) -> str:
    """Return the last user message's text."""
    users = [message for message in messages_of(body) if message.get("role") == "user"]
    return message_text(users[-1]) if users else ""


def prompt_tokens(body: Json) -> int:
    """Return how many tokens the messages are."""
    texts = [message_text(message) for message in messages_of(body)]
    return sum(count_tokens(text) + _TOKENS_A_MESSAGE for text in texts) + _TOKENS_A_MESSAGE


def forced_tool(body: Json) -> Mapping[str, Any] | None:
    """Return the tool that must be called: the named one, or the first where any is required; None else."""
    tools: Any = body.get("tools") or []
    choice: Any = body.get("tool_choice")
    if isinstance(choice, Mapping) and choice.get("type") == "allowed_tools":
        allowed = choice.get("allowed_tools") or choice
        names = [_tool_name(tool) for tool in allowed.get("tools") or ()]
        tools = [tool for tool in tools if _tool_name(tool) in names]
        choice = allowed.get("mode", "auto")
    if isinstance(choice, Mapping):
        return next((tool for tool in tools if _tool_name(tool) == _tool_name(choice)), None)
    return tools[0] if choice == "required" and tools else None


def forced_function(body: Json) -> Mapping[str, Any] | None:
    """Return the function that the older `function_call` names; None else."""
    choice: Any = body.get("function_call")
    functions: Any = body.get("functions") or []
    if not isinstance(choice, Mapping):
        return None
    return next((function for function in functions if function.get("name") == choice.get("name")), None)


def schema_asked(body: Json) -> Mapping[str, Any] | None:
    """Return the JSON schema that the answer must keep to; None when it may be text."""
    asked: Any = body.get("response_format")
    kind = asked.get("type") if isinstance(asked, Mapping) else None
    if kind == "json_object":
        return _ANY_OBJECT
    if kind != "json_schema":
        return None
    schema: Any = (asked.get("json_schema") or {}).get("schema")
    return schema or _ANY_OBJECT


def stop_texts(body: Json) -> list[str]:
    """Return the texts at which the answer ends."""
    stop: Any = body.get("stop") or []
    return [stop] if isinstance(stop, str) else list(stop)


def token_limit(body: Json) -> int | None:
    """Return how many tokens the answer may have."""
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    return limit if isinstance(limit, int) else None


def _tool_name(tool: Mapping[str, Any]) -> str | None:
    inner = tool.get("function") or tool.get("custom") or tool
    return inner.get("name")
