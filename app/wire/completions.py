"""POST /v1/completions, the older API: the request model, its translation into chats, and the bodies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from app.core.answers import AnswerRequest
from app.core.errors import InvalidRequest
from app.core.text import decode_tokens
from app.wire.base import OpenWireModel
from app.wire.chat_completions import ChatCompletionRequest, Penalty, StopText, StreamOptions, answer_request
from app.wire.footnote import FootnoteOptions

_PASSED = (
    "model", "footnote", "temperature", "top_p", "frequency_penalty", "presence_penalty", "stop", "seed", "user", "n",
    "max_tokens", "stream", "stream_options",
)  # fmt: skip


class CompletionRequest(OpenWireModel):
    """A prompt, or several. Each is asked as a chat of one message."""

    model: Annotated[str, Field(min_length=1, max_length=512)]
    prompt: str | Annotated[list[str] | list[int] | list[list[int]], Field(min_length=1, max_length=128)]
    footnote: FootnoteOptions | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    stop: StopText | Annotated[list[StopText], Field(max_length=4)] | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    seed: int | None = None
    user: str | None = None
    echo: bool = False
    suffix: str | None = None
    logprobs: int | None = None
    best_of: int | None = None

    def prompts(self) -> list[str]:
        """Return the prompts as texts; InvalidRequest for numbers that are no tokens."""
        match self.prompt:
            case str():
                return [self.prompt]
            case [int(), *_]:
                return [decode_tokens([int(token) for token in self.prompt])]  # type: ignore[arg-type]
            case prompts:
                return [prompt if isinstance(prompt, str) else decode_tokens(prompt) for prompt in prompts]  # type: ignore[arg-type]

    def answer_requests(self) -> list[AnswerRequest]:
        """Return the answers to be written; InvalidRequest for what chats cannot do."""
        for name in ("suffix", "logprobs", "best_of"):
            if getattr(self, name) not in (None, 1 if name == "best_of" else None):
                raise InvalidRequest(
                    f"'{name}' is not served here: completions are answered as chats.",
                    param=name,
                    code="unsupported_parameter",
                )
        given = self.model_dump(include=set(_PASSED), exclude_none=True)
        if not self.stream:
            given = {name: value for name, value in given.items() if name not in ("stream", "stream_options")}
        chats = [given | {"messages": [{"role": "user", "content": prompt}]} for prompt in self.prompts()]
        return [answer_request(ChatCompletionRequest.model_validate(chat)) for chat in chats]

    @property
    def includes_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


@dataclass(frozen=True, slots=True)
class CompletionFrame:
    """What every body of one completion shares."""

    id: str
    created: int
    model: str

    def body(self, choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """Return a `text_completion`: the whole of it, or a piece of a stream."""
        head = {"id": self.id, "object": "text_completion", "created": self.created, "model": self.model}
        return head | {"choices": choices} | more


def choice_body(
    index: int, text: str, *, finish_reason: str | None = None, footnote: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return one choice; `footnote` says what it cites."""
    body: dict[str, Any] = {
        "index": index,
        "text": text,
        "logprobs": None,
        "finish_reason": finish_reason,
    }
    return body if footnote is None else body | {"footnote": footnote}
