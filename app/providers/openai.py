"""The OpenAI-compatible upstream: the only file that imports `openai`. Raw bodies in, our events out."""

import asyncio
import base64
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import openai
from openai import AsyncOpenAI, AsyncStream
from pydantic import SecretStr

from app.core.errors import (
    FootnoteError,
    InvalidRequest,
    UpstreamFailed,
    UpstreamMisconfigured,
    UpstreamTimedOut,
)
from app.providers.base import (
    ChatProviderRequest,
    EmbeddingResult,
    Embeddings,
    Finished,
    ProviderEvent,
    Purpose,
    Started,
    TokenInput,
)
from app.providers.openai_chunks import completion_events, delta_events
from app.providers.openai_errors import footnote_error, missing_key, retry_after_seconds

_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 5.0
_CONNECT_SECONDS = 5.0
_RETRIED_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504})

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class UpstreamAddress:
    """Where upstream is and what opens it. `key_setting` names the setting to fix when it does not."""

    api_key: SecretStr | None
    base_url: str | None
    timeout_seconds: float = 120
    key_setting: str = "OPENAI_API_KEY"


class OpenAIConnection:
    """One upstream: its client, its bounded retries, its errors turned into ours."""

    def __init__(self, address: UpstreamAddress) -> None:
        self._address = address
        # Upstreams of one's own often want no key, but the SDK wants one.
        key = address.api_key.get_secret_value() if address.api_key else "none"
        self._client = AsyncOpenAI(
            api_key=key,
            base_url=address.base_url,
            max_retries=0,
            timeout=openai.Timeout(address.timeout_seconds, connect=_CONNECT_SECONDS),
        )

    @property
    def has_key(self) -> bool:
        """Whether a call can be tried: OpenAI itself wants a key, another base URL may not."""
        return self._address.api_key is not None or self._address.base_url is not None

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return upstream's JSON answer."""
        return await self._tried(lambda: self._client.post(path, cast_to=object, body=body))

    async def open_stream(self, path: str, body: dict[str, Any]) -> AsyncStream[object]:
        """Return upstream's stream of JSON objects once its status line is good."""
        return await self._tried(
            lambda: self._client.post(
                path, cast_to=object, body=body, stream=True, stream_cls=AsyncStream[object]
            )
        )

    async def model_ids(self) -> list[str]:
        """Return the ids that upstream lists."""
        listed: Any = await self._tried(lambda: self._client.get("/models", cast_to=object))
        return [str(entry["id"]) for entry in listed.get("data", ())]

    async def close(self) -> None:
        await self._client.close()

    def translated(self, error: openai.OpenAIError) -> FootnoteError:
        """Return our error for one of the SDK's."""
        return footnote_error(error, key_setting=self._address.key_setting)

    async def _tried(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call upstream up to three times. Only whole requests come here: nothing was sent to our caller yet."""
        if not self.has_key:
            raise missing_key(self._address.key_setting)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await call()
            except openai.OpenAIError as error:
                pause = _pause_before_retry(error, attempt)
                if pause is None:
                    raise self.translated(error) from error
            except ValueError as error:
                raise UpstreamFailed(
                    "The upstream model server answered with something that is not JSON."
                ) from error
            await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


class OpenAIChat:
    """Chat completions from upstream."""

    name = "openai"

    def __init__(self, connection: OpenAIConnection) -> None:
        self._connection = connection

    async def respond(
        self, request: ChatProviderRequest, *, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        ways = self._streamed if request.body.get("stream") else self._plain
        async with aclosing(ways(request, deadline)) as events:
            async for event in events:
                yield event

    async def models(self) -> list[str]:
        return await self._connection.model_ids()

    async def check(self) -> None:
        await self._connection.model_ids()

    async def _plain(
        self, request: ChatProviderRequest, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        body = dict(request.body)
        completion = await _before(deadline, self._connection.post("/chat/completions", body))
        for event in completion_events(completion, asked_model=request.model):
            yield event

    async def _streamed(
        self, request: ChatProviderRequest, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        # Usage is asked for always: our own counters want it, whoever called.
        body = dict(request.body) | {"stream_options": {"include_usage": True}}
        stream = await _before(deadline, self._connection.open_stream("/chat/completions", body))
        try:
            started, finished = False, False
            async for chunk in self._chunks(stream):  # closed with the stream below
                if not started:
                    yield _started(chunk, request.model)
                    started = True
                for event in delta_events(chunk):
                    finished = finished or isinstance(event, Finished)
                    yield event
            if not finished:
                raise UpstreamFailed(
                    "The upstream model server ended its stream before the answer was complete."
                )
        finally:
            await stream.close()

    async def _chunks(self, stream: AsyncStream[object]) -> AsyncGenerator[dict[str, Any], None]:
        try:
            async for chunk in stream:
                if not isinstance(chunk, dict):
                    raise UpstreamFailed("The upstream model server sent a chunk that is no object.")
                yield chunk
        except openai.OpenAIError as error:
            raise self._connection.translated(error) from error
        except ValueError as error:
            raise UpstreamFailed("The upstream model server sent a chunk that is not JSON.") from error


class OpenAIEmbeddings:
    """Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

    name = "openai"

    def __init__(self, connection: OpenAIConnection, *, model: str, dimensions: int) -> None:
        self._connection = connection
        self.model = model
        self.dimensions = dimensions

    async def embed(
        self,
        texts: Sequence[TokenInput],
        *,
        purpose: Purpose,  # noqa: ARG002 - OpenAI's models embed documents and queries alike
        model: str | None = None,
        dimensions: int | None = None,
    ) -> EmbeddingResult:
        body: dict[str, Any] = {
            "input": list(texts),
            "model": model or self.model,
            "encoding_format": "float",
        }
        stored = model is None and dimensions is None
        wanted = self.dimensions if stored else dimensions
        if wanted is not None and _takes_dimensions(str(body["model"])):
            body["dimensions"] = wanted

        answer = await self._connection.post("/embeddings", body)
        vectors = _vectors(answer, count=len(texts))
        if wanted is not None and vectors.shape[1] != wanted:
            raise _wrong_dimensions(vectors.shape[1], wanted, stored=stored)
        usage = answer.get("usage") or {}
        return EmbeddingResult(vectors, int(usage.get("prompt_tokens") or 0))

    async def check(self) -> None:
        await self._connection.model_ids()


def _takes_dimensions(model: str) -> bool:
    # Older models and most servers other than OpenAI's refuse the parameter.
    return model.startswith("text-embedding-3")


def _vectors(answer: Any, *, count: int) -> Embeddings:  # upstream's JSON
    try:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        vectors = np.asarray([_floats(row["embedding"]) for row in rows], dtype=np.float32)
        complete = [row["index"] for row in rows] == list(range(count)) and vectors.ndim == 2
    except (KeyError, TypeError, ValueError) as error:
        raise UpstreamFailed(
            "The upstream embedding server answered with something that is no embedding."
        ) from error
    if not complete:
        raise UpstreamFailed(
            f"The upstream embedding server did not return {count} embeddings of one length."
        )

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise UpstreamFailed("The upstream embedding server returned an embedding without length.")
    unit: Embeddings = vectors / lengths
    return unit


def _floats(embedding: str | list[float]) -> Any:
    """Return the numbers of an embedding: base64 of little-endian floats, or a list where base64 is not known."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    return embedding


def _wrong_dimensions(got: int, wanted: int, *, stored: bool) -> FootnoteError:
    if stored:
        return UpstreamMisconfigured(
            f"The embedding model returns {got} dimensions, not {wanted}. Set EMBEDDING_DIMENSIONS={got}.",
            code="dimensions_mismatch",
        )
    return InvalidRequest(
        f"This embedding model returns {got} dimensions and no other number.",
        param="dimensions",
        code="invalid_value",
    )


def _started(chunk: dict[str, Any], asked_model: str) -> Started:
    return Started(
        model=str(chunk.get("model") or asked_model),
        system_fingerprint=chunk.get("system_fingerprint"),
        service_tier=chunk.get("service_tier"),
    )


def _pause_before_retry(error: openai.OpenAIError, attempt: int) -> float | None:
    """Return how long to wait before the next attempt, None when there should be none."""
    if attempt == _ATTEMPTS or getattr(error, "code", None) == "insufficient_quota":
        return None
    status = getattr(error, "status_code", None)
    if isinstance(error, openai.APITimeoutError) or (status is not None and status not in _RETRIED_STATUSES):
        return None
    if status is None and not isinstance(error, openai.APIConnectionError):
        return None

    asked = retry_after_seconds(error)
    if asked is not None:
        return asked if asked <= _LONGEST_PAUSE_SECONDS else None
    return random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt)  # noqa: S311 - full jitter, no secret


async def _before(deadline: float, work: Awaitable[_T]) -> _T:
    try:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            return await work
    except TimeoutError:
        raise UpstreamTimedOut("The upstream model server did not answer in time.") from None
