"""The provider seam: what embeds and what writes, whether an upstream or the deterministic fallback."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.fusion import Fusion
from app.core.listing import Listing
from app.core.types import EmbeddingSpace, Json, Snippet

Embeddings: TypeAlias = NDArray[np.float32]
Purpose = Literal["document", "query"]
TokenInput: TypeAlias = str | Sequence[int]


@dataclass(frozen=True, slots=True)
class ChatProviderRequest:
    """One generation to make.

    `body` is the OpenAI chat request as upstream shall see it: grounded messages, no `footnote` object, no
    `file_search` tool, the bare model id, every other field as the caller sent it. `stream` in it says whether
    upstream is asked for deltas; the events are the same either way. `snippets` are those that `body` already
    quotes to the model: the fallback answers from them. `listing` is the list of files that `body` also holds, and
    `summarises` says that the snippets stand for whole files. `question` is the last user message without the sources that
    `body` has in it, None where it has none.
    """

    body: Json
    snippets: tuple[Snippet, ...] = ()
    listing: Listing | None = None
    summarises: bool = False
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The first event: upstream accepted the request. `model` is the id it answers under."""

    model: str
    system_fingerprint: str | None = None
    service_tier: str | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    index: int
    text: str
    logprobs: Json | None = None


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of the tool call at `position`. `call_id`, `kind` and `name` come once, with its first piece.

    `kind` is "function" or "custom"; `arguments` is the next piece of the arguments (or of a custom tool's input).
    """

    index: int
    position: int
    arguments: str
    call_id: str | None = None
    kind: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ExtraDelta:
    """Delta fields that we pass through unread, such as `reasoning_content`."""

    index: int
    fields: Json


@dataclass(frozen=True, slots=True)
class Finished:
    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class UsageReported:
    """OpenAI's usage object as upstream counted it: at least prompt_tokens, completion_tokens, total_tokens."""

    usage: Json


ProviderEvent: TypeAlias = (
    Started | TextDelta | RefusalDelta | ToolCallDelta | ExtraDelta | Finished | UsageReported
)


@dataclass(frozen=True, slots=True)
class EmbeddingResult:
    """Unit vectors, one row a text in the order asked, and how many tokens these had, if somebody counted them."""

    vectors: Embeddings
    prompt_tokens: int | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """For each question how likely its answer is yes, 0..1, None where none came; and OpenAI's usage object."""

    probabilities: tuple[float | None, ...]
    usage: Json = field(default_factory=dict)


class Provider(Protocol):
    """What every provider has. `/readyz` and the header `x-footnote-provider` show its `name`."""

    name: str

    async def check(self) -> None:
        """Raise UpstreamMisconfigured when no call can succeed: no key, or one that upstream refuses."""
        ...

    async def close(self) -> None:
        """Close connections and processes. No call follows."""
        ...


class ChatProvider(Provider, Protocol):
    """Writes answers.

    `model_owner` is who owns its models in the list of models. `follows_instructions` says whether it can be given
    other work than answering, such as rewriting a query.
    """

    model_owner: str
    follows_instructions: bool

    def answers_to(self, model: str) -> bool:
        """Whether a request may name this model. An upstream judges that itself."""
        ...

    def check_request(self, body: Json) -> None:
        """Raise InvalidRequest for what cannot be served, before anything is searched. An upstream judges that itself.

        `body` has the messages as the caller sent them.
        """
        ...

    def respond(
        self, request: ChatProviderRequest, *, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        """Yield Started, then deltas, then Finished for each choice, then UsageReported.

        `deadline` is when the first event must be there, in `time.monotonic()` seconds. Raises a FootnoteError: before Started when the
        request failed as a whole, after it when the stream broke. Closing the iterator cancels upstream's work.
        """
        ...

    async def models(self) -> list[str]:
        """Return the model ids that can be asked for."""
        ...


class EmbeddingProvider(Provider, Protocol):
    """Embeds texts.

    `space` is the one that new stores get. `fusion` is how a hybrid search best combines these embeddings with words.
    `is_cheap` says that to embed a text costs no more than to look up its embedding in the database.
    """

    space: EmbeddingSpace
    fusion: Fusion
    is_cheap: bool

    def answers_to(self, model: str) -> bool:
        """Whether a request for embeddings may name this model. An upstream judges that itself."""
        ...

    async def serves(self, space: EmbeddingSpace) -> bool:
        """Whether texts can be embedded in this space. Raises a FootnoteError when that cannot be found out."""
        ...

    async def embed(
        self, texts: Sequence[TokenInput], *, purpose: Purpose, space: EmbeddingSpace | None = None
    ) -> EmbeddingResult:
        """Return one unit vector a text, in the space of a store or in the provider's own. Raises a FootnoteError."""
        ...

    async def embed_as(
        self,
        texts: Sequence[TokenInput],
        *,
        model: str,
        dimensions: int | None,
        extra: Json | None = None,
    ) -> EmbeddingResult:
        """Return one unit vector a text for a caller who names the model, None for all of its dimensions.

        A text may be a list of cl100k token numbers. `extra` are the caller's other fields, for upstream to read. Raises
        a FootnoteError.
        """
        ...


class RerankProvider(Provider, Protocol):
    """Scores texts by how well they answer a query."""

    async def rank(self, query: str, texts: Sequence[str]) -> list[float] | None:
        """Return a score for each text, 0..1; None when no answer comes in time."""
        ...


class DecisionProvider(Provider, Protocol):
    """Answers questions about a text by yes or no."""

    async def decide(self, text: str, questions: Sequence[str]) -> Decisions:
        """Return an answer to each question, None for those that got none in time. Raises no FootnoteError."""
        ...
