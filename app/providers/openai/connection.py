"""One upstream: its client, its bounded retries, its errors turned into ours."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
from openai import AsyncOpenAI, AsyncStream
from pydantic import SecretStr

from app.core.errors import FootnoteError, UpstreamFailed
from app.providers.openai.errors import footnote_error, missing_key, retry_after_seconds

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
