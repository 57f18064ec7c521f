"""Renders answers for completions, the older API: one answer for each prompt, streamed one after the other."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from app.answering.answer import Answer, Answerer, add_usage
from app.answering.chat_completions import cited_notes, retrieved_notes
from app.answering.events import Cited, MarkedText
from app.core import ids
from app.core.answers import AnswerRequest
from app.core.permissions import SourceLinks
from app.core.types import Caller, Json
from app.providers.base import Finished, RefusalDelta, TextDelta, UsageReported
from app.wire.completions import CompletionFrame, choice_body

_NO_USAGE: Json = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class Completions:
    """The completions of one request, under way. With `echo` each text begins with its prompt. The caller must `aclose` it."""

    def __init__(
        self,
        answerer: Answerer,
        caller: Caller,
        requests: Sequence[AnswerRequest],
        links: SourceLinks,
        *,
        echo: bool = False,
    ) -> None:
        self._answerer = answerer
        self._caller = caller
        self._requests = requests
        self._links = links
        self._echo = echo
        self._usage: Json = _NO_USAGE
        self._frame = CompletionFrame(ids.make_text_completion_id(), int(time.time()), requests[0].model)
        self.first: Answer | None = None

    async def start(self) -> Answer:
        """Begin the first answer, so that failures still have a status, and return it."""
        self.first = await self._answerer.start(self._caller, self._requests[0])
        return self.first

    async def pieces(self, *, choices: int, includes_usage: bool) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the pieces of all prompts; the first of each prompt says what was retrieved for it."""
        for number, request in enumerate(self._requests):
            answer = self.first if number == 0 else await self._answerer.start(self._caller, request)
            assert answer is not None, "the first answer was started"
            self.first = answer
            try:
                for index in range(choices if self._echo else 0):
                    prompt = request.conversation[-1].text
                    yield self._frame.body([choice_body(number * choices + index, prompt)])
                async with aclosing(self._pieces_of(answer, first=number * choices)) as pieces:
                    async for piece in pieces:
                        yield piece
            finally:
                await answer.aclose()
        if includes_usage:
            yield self._frame.body([], usage=self._usage)

    async def whole(self, *, choices: int) -> dict[str, Any]:
        """Return all choices as one completion."""
        gathered: dict[int, dict[str, Any]] = {}
        retrieved: dict[str, Any] = {}
        async with aclosing(self.pieces(choices=choices, includes_usage=False)) as pieces:
            async for piece in pieces:
                retrieved = retrieved or {name: piece[name] for name in ("footnote",) if name in piece}
                for choice in piece["choices"]:
                    known = gathered.setdefault(choice["index"], choice_body(choice["index"], ""))
                    text = known["text"] + choice["text"]
                    gathered[choice["index"]] = known | choice | {"text": text}
        ordered = [gathered[index] for index in sorted(gathered)]
        return self._frame.body(ordered, usage=self._usage, **retrieved)

    async def aclose(self) -> None:
        """Stop upstream's work."""
        if self.first is not None:
            await self.first.aclose()

    async def _pieces_of(self, answer: Answer, *, first: int) -> AsyncGenerator[dict[str, Any], None]:
        notes = retrieved_notes(answer, self._links)
        retrieved = {} if notes is None else {"footnote": notes}
        cited: dict[int, Json] = {}
        async for event in answer.events():
            piece: dict[str, Any] | None = None
            match event:
                case TextDelta() | MarkedText() | RefusalDelta():
                    piece = choice_body(first + event.index, event.text)
                case Cited():
                    cited[event.index] = cited_notes(answer, event, self._links)
                case Finished():
                    piece = choice_body(
                        first + event.index, "", finish_reason=event.reason, footnote=cited.get(event.index)
                    )
                case UsageReported():
                    self._usage = add_usage(event.usage, self._usage)
                case _:
                    pass
            if piece is not None:
                yield self._frame.body([piece], **retrieved)
                retrieved = {}
