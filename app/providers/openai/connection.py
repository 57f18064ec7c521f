"""One upstream: its client, its bounded retries, its errors turned into ours."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
import stamina
from cachetools import LRUCache
from openai import AsyncOpenAI
from pydantic import SecretStr

from app.core import metrics
from app.core.errors import FootnoteError, Overloaded, UpstreamFailed
from app.core.types import Json
from app.providers.openai.breaker import Breaker
from app.providers.openai.errors import footnote_error, missing_key, retry_after_seconds
from app.providers.openai.transport import Transport, UpstreamStream

_LONGEST_PAUSE_SECONDS = 5.0
_MOST_BREAKERS = 256
_LEAST_SERVER_ERROR = 500
_RETRIED_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504})

_tried = stamina.AsyncRetryingCaller(attempts=3, timeout=None, wait_max=_LONGEST_PAUSE_SECONDS)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class UpstreamAddress:
    """Upstream's address and key. `key_setting` names the setting to fix when the key is refused."""

    api_key: SecretStr | None
    base_url: str | None
    timeout_seconds: float = 120
    key_setting: str = "OPENAI_API_KEY"

    @property
    def is_given(self) -> bool:
        """Whether a call can be tried: OpenAI itself wants a key, another base URL may not."""
        return self.api_key is not None or self.base_url is not None


class OpenAIConnection:
    """One upstream: its client, its bounded retries, its errors turned into ours."""

    def __init__(self, address: UpstreamAddress) -> None:
        self._address = address
        # By path and model: one model may have died, and callers name them.
        self._breakers: LRUCache[tuple[str, str], Breaker] = LRUCache(_MOST_BREAKERS)
        # Self-hosted upstreams often need no key, but the SDK requires one.
        key = address.api_key.get_secret_value() if address.api_key else "none"
        self._transport = Transport(
            AsyncOpenAI(api_key=key, base_url=address.base_url), timeout_seconds=address.timeout_seconds
        )

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return upstream's JSON answer."""
        return await self._whole(path, body, lambda: self._transport.post(path, body))

    async def open_stream(self, path: str, body: dict[str, Any]) -> UpstreamStream:
        """Return upstream's stream of bytes once its status line is good."""
        return await self._whole(path, body, lambda: self._transport.open_stream(path, body))

    async def model_ids(self) -> list[str]:
        """Return the ids that upstream lists."""
        listed: Any = await self._whole("/models", {}, lambda: self._transport.get("/models"))
        return [str(entry["id"]) for entry in listed.get("data", ())]

    async def close(self) -> None:
        await self._transport.close()

    def translated(self, error: openai.OpenAIError) -> FootnoteError:
        """Return our error for one of the SDK's."""
        return footnote_error(error, key_setting=self._address.key_setting)

    def breaker(self, path: str, body: Json) -> Breaker:
        """Return the breaker of a path, for the model that the body names."""
        return self._breakers.setdefault((path, str(body.get("model"))), Breaker())

    async def _whole(self, path: str, body: Json, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call upstream up to three times. Only whole requests come here: nothing was sent to our caller yet."""
        if not self._address.is_given:
            raise missing_key(self._address.key_setting)
        try:
            with _counted(path), self.breaker(path, body).attempt():
                return await _tried(_pause_before_retry, call)
        except openai.OpenAIError as error:
            raise self.translated(error) from error
        except ValueError as error:
            raise UpstreamFailed(
                "The upstream model server answered with something that is not JSON."
            ) from error


@contextmanager
def _counted(path: str) -> Iterator[None]:
    """Count a call by how it ended: a failure is upstream's, a refusal blames the request or our key."""
    outcome = "cancelled"
    try:
        yield
        outcome = "ok"
    except openai.APIStatusError as error:
        outcome = "failed" if error.status_code >= _LEAST_SERVER_ERROR else "refused"
        raise
    except Overloaded:
        outcome = "left_alone"
        raise
    except (openai.OpenAIError, ValueError):
        outcome = "failed"
        raise
    finally:
        metrics.upstream_calls.labels(path, outcome).inc()


def _pause_before_retry(error: Exception) -> bool | float:
    """Return the seconds that upstream asks for, True for a growing pause, False when there should be no other attempt."""
    if not isinstance(error, openai.APIConnectionError | openai.APIStatusError):
        return False
    if isinstance(error, openai.APITimeoutError) or error.code == "insufficient_quota":
        return False
    if isinstance(error, openai.APIStatusError) and error.status_code not in _RETRIED_STATUSES:
        return False

    asked = retry_after_seconds(error)
    if asked is None:
        return True
    return asked if asked <= _LONGEST_PAUSE_SECONDS else False
