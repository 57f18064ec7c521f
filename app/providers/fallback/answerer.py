"""Answers without a model: the best sentences of the snippets, quoted with their markers. Same question, same bytes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from itertools import groupby
from typing import Any

from app.core.types import Json, Snippet
from app.providers.base import ChatProviderRequest, Finished, ProviderEvent, Started, UsageReported
from app.providers.fallback import requests
from app.providers.fallback.asking import parts_of, without_place
from app.providers.fallback.headed import headed_quotes
from app.providers.fallback.listings import listing_text, name_of
from app.providers.fallback.model_names import is_openai_name
from app.providers.fallback.named import named_quotes
from app.providers.fallback.quotes import Quote, best_quotes
from app.providers.fallback.replies import Reply, call_reply, deltas, function_reply, json_reply, text_reply
from app.providers.fallback.sentences import shortened, without_markers
from app.providers.fallback.summaries import summarise
from app.providers.fallback.tables import CELL_SIGN
from app.providers.fallback.terms import term_quotes

_FINGERPRINT = "fp_footnote_fallback_v1"
_END_MARKS = ".!?…。！？｡"
_LONGEST_ECHO = 200
_LONGEST_ARGUMENT = 1_000
_NOT_FOUND = "The documents do not answer this question."
_NO_MODEL = (
    "No model is configured, and there are no documents to quote for this request. Add documents, or set OPENAI_API_KEY and "
    "DEV_FALLBACKS=false to have a model write."
)


class FallbackChat:
    """Stands in for a chat model: it quotes the snippets, or says that it has none."""

    name = "fallback"
    model_owner = "footnote"
    follows_instructions = False

    def __init__(self, *, model: str) -> None:
        self.model = model

    def answers_to(self, model: str) -> bool:
        return model == self.model or is_openai_name(model)

    def check_request(self, body: Json) -> None:
        requests.check_servable(body)

    async def respond(
        self,
        request: ChatProviderRequest,
        *,
        deadline: float,  # noqa: ARG002 - there is nobody to wait for
    ) -> AsyncGenerator[ProviderEvent, None]:
        reply, prompt_tokens = await asyncio.to_thread(_answer, request)
        yield Started(str(request.body["model"]), system_fingerprint=_FINGERPRINT)
        choices: Any = request.body.get("n") or 1
        for index in range(choices):
            for event in deltas(reply, index, streamed=bool(request.body.get("stream"))):
                yield event
                # Let other tasks run: a long answer must not block the event loop.
                await asyncio.sleep(0)
            yield Finished(index, reply.reason)
        yield UsageReported(_usage(prompt_tokens, reply.completion_tokens * choices))

    async def models(self) -> list[str]:
        return [self.model]

    async def check(self) -> None:
        """Need nothing, so that nothing can be missing."""

    async def close(self) -> None:
        """Hold nothing open."""


def _answer(request: ChatProviderRequest) -> tuple[Reply, int]:
    return _reply(request), requests.prompt_tokens(request.body)


def _reply(request: ChatProviderRequest) -> Reply:
    body = request.body
    if (tool := requests.forced_tool(body)) is not None:
        return call_reply(tool, text=_argument(request), body=body)
    if (function := requests.forced_function(body)) is not None:
        return function_reply(function, text=_argument(request), body=body)

    if (schema := requests.schema_asked(body)) is not None:
        return json_reply(schema, text=without_markers(_answer_text(request)), body=body)
    return text_reply(_answer_text(request), body=body)


def _argument(request: ChatProviderRequest) -> str:
    """Return what a tool is called with: the question."""
    return shortened(_question(request), _LONGEST_ARGUMENT)


def _question(request: ChatProviderRequest) -> str:
    if request.question is None:
        return requests.last_question(request.body)
    return requests.readable(request.question)


def _answer_text(request: ChatProviderRequest) -> str:
    last = requests.messages_of(request.body)[-1]
    if last.get("role") in {"tool", "function"}:
        return f"The tool answered: {_echo(requests.message_text(last))}"

    question = _question(request)
    if request.listing is not None and not request.summarises:
        return listing_text(request.listing, request.snippets)
    if request.summarises and (summary := _summary_text(request)):
        return summary
    if request.snippets:
        return _joined(_quotes(question, request.snippets)) or _NOT_FOUND
    return f"{_NO_MODEL} You said: {_echo(question)}" if question else _NO_MODEL


def _summary_text(request: ChatProviderRequest) -> str:
    """Return sentences of whole files: of one as running text, of several under their names."""
    summaries = summarise(request.snippets)
    texts = [_joined(summary.quotes) for summary in summaries]
    if len(texts) > 1:
        texts = [f"{name_of(each.filename)}:\n{text}" for each, text in zip(summaries, texts, strict=True)]
    files = [listing_text(request.listing, ())] if request.listing and len(texts) > 1 else []
    return "\n\n".join([*files, *texts])


def _quotes(question: str, snippets: Sequence[Snippet]) -> list[Quote]:
    """Return the sentences that answer a question. Where it asks several things, each gets its best new sentence."""
    parts = parts_of(question)
    if len(parts) == 1:
        return _quotes_of_part(question, snippets)
    chosen: list[Quote] = []
    for part in parts:
        chosen += [quote for quote in _quotes_of_part(part, snippets) if quote not in chosen][:1]
    return chosen


def _quotes_of_part(question: str, snippets: Sequence[Snippet]) -> list[Quote]:
    """Return the sentences that answer one question: those of sections, files or options that it names, if there are any."""
    asked = without_place(question)
    return (
        headed_quotes(question, snippets)
        or named_quotes(question, snippets)
        or term_quotes(asked, snippets)
        or best_quotes(asked, snippets)
    )


def _joined(quotes: Sequence[Quote]) -> str:
    """Return the quotes as running text; several rows of a table are a list in it."""
    if sum(map(_is_row, quotes)) <= 1:
        return " ".join(map(_with_marker, quotes))
    blocks = [(are_rows, [*map(_with_marker, block)]) for are_rows, block in groupby(quotes, key=_is_row)]
    return "\n\n".join(
        "\n".join(f"- {text}" for text in texts) if are_rows else " ".join(texts)
        for are_rows, texts in blocks
    )


def _is_row(quote: Quote) -> bool:
    return CELL_SIGN in quote.text


def _with_marker(quote: Quote) -> str:
    """Put the marker before the sentence's last full stop."""
    body = quote.text.rstrip(_END_MARKS)
    return f"{body} [{quote.n}]{quote.text[len(body) :] or '.'}"


def _echo(text: str) -> str:
    """Return the beginning of a text on one line, without markers: an echo cites nothing."""
    beginning = " ".join(text[: 2 * _LONGEST_ECHO].split())
    return without_markers(shortened(beginning, _LONGEST_ECHO))


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
