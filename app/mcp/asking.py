"""The tool `ask`: an answer from the documents, with its checked citations as text and as values."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import CancelScope

from app.access.keys import SourceLinkSigner
from app.answering.answer import Answer, Answerer
from app.answering.events import Cited, MarkedText
from app.core.permissions import SourceLinks
from app.core.types import Citation, Snippet
from app.library.models import ModelLibrary
from app.mcp.calls import Call, title_of
from app.mcp.shapes import Answered, AskArguments, ShownCitation
from app.providers.base import Finished, RefusalDelta, TextDelta
from app.wire.chat_completions import ChatCompletionRequest, answer_request


@dataclass(frozen=True, slots=True)
class Asking:
    """Answers questions. `model` is who answers when none is named."""

    answerer: Answerer
    models: ModelLibrary
    links: SourceLinkSigner
    model: str

    async def ask(self, call: Call, arguments: AskArguments) -> Answered:
        """Return the answer to a question; raise what `Answerer.start` raises, NotFound for an unknown model."""
        request = _chat(arguments, model=arguments.model or self.model)
        self.models.check_chat(request.model)
        async with _closing(await self.answerer.start(call.caller, answer_request(request))) as answer:
            return await _folded(answer, await call.links(self.links))


def answer_text(answered: Answered) -> str:
    """Return an answer with a list of its sources, for clients that show text only."""
    cited = {citation.n: citation for citation in reversed(answered.citations)}
    sources = [_source_line(cited[n]) for n in sorted(cited)]
    return "\n".join([answered.answer, "", "Sources:", *sources]) if sources else answered.answer


def _source_line(citation: ShownCitation) -> str:
    verdict = "verified" if citation.verified else f"not verified: {citation.reason}"
    quote = f' "{citation.quote}"' if citation.quote else ""
    return f"[{citation.n}] {citation.title} ({verdict}){quote} {citation.url}"


def _chat(arguments: AskArguments, *, model: str) -> ChatCompletionRequest:
    stores = {"footnote": {"vector_store_ids": arguments.vector_stores}} if arguments.vector_stores else {}
    messages = [{"role": "user", "content": arguments.question}]
    return ChatCompletionRequest.model_validate({"model": model, "messages": messages} | stores)


@asynccontextmanager
async def _closing(answer: Answer) -> AsyncIterator[Answer]:
    try:
        yield answer
    finally:
        # A client that hangs up cancels the scope round us. Upstream is stopped and paid for all the same.
        with CancelScope(shield=True):
            await answer.aclose()


async def _folded(answer: Answer, links: SourceLinks) -> Answered:
    text: list[str] = []
    citations: tuple[Citation, ...] = ()
    finish_reason = "stop"
    async for event in answer.events():
        match event:
            case TextDelta() | MarkedText() | RefusalDelta():
                text.append(event.text)
            case Cited():
                citations = event.citations
            case Finished():
                finish_reason = event.reason
            case _:
                pass
    by_number = {snippet.n: snippet for snippet in answer.snippets}
    return Answered(
        answer="".join(text),
        grounded=bool(answer.snippets),
        citations=[_shown(citation, by_number[citation.chunk], links) for citation in citations],
        finish_reason=finish_reason,
        retrieval_id=answer.retrieval.retrieval_id if answer.retrieval else None,
    )


def _shown(citation: Citation, snippet: Snippet, links: SourceLinks) -> ShownCitation:
    return ShownCitation(
        n=citation.n,
        id=citation.chunk_id,
        title=title_of(snippet.filename, citation.page),
        url=links.url(citation.file_id, citation.chunk_id, page=citation.page, quotes=citation.quoted),
        file_id=citation.file_id,
        quote=citation.quote,
        verified=citation.verified,
        reason=citation.reason,
        start_index=citation.start,
        end_index=citation.end,
    )
