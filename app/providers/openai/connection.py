"""One upstream: its HTTP client, its bounded retries, its circuit breaker, its errors turned into ours."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
import openai
import orjson
import stamina
from cachetools import LRUCache
from openai import AsyncOpenAI

from app.core import telemetry
from app.core.errors import FootnoteError, UpstreamAway, UpstreamFailed
from app.core.types import Json
from app.providers.openai.address import UpstreamAddress
from app.providers.openai.errors import footnote_error, missing_key, retry_after_seconds

_MOST_FAILURES = 5
_OPEN_SECONDS = 10.0


class Breaker:
    """Counts failures in a row. While it is open, calls fail at once; then one call is a probe, and decides."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_until_probe = 0.0
        self._is_probing = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Let a call be tried in the block, and learn from its error; raise UpstreamAway while upstream is left alone."""
        is_probe = self._admit()
        try:
            yield
        except openai.OpenAIError as error:
            self._settle(is_failure=_is_failure(error))
            raise
        else:
            self._settle(is_failure=False)
        finally:
            # A caller that hung up has learned nothing: the next one may probe.
            if is_probe:
                self._is_probing = False

    def note_timeout(self) -> None:
        """Count a call that we gave up ourselves."""
        self._settle(is_failure=True)

    def _admit(self) -> bool:
        """Return whether the call is the probe."""
        if self._failures < _MOST_FAILURES:
            return False
        pause_seconds = self._closed_until_probe - self._clock()
        if pause_seconds > 0 or self._is_probing:
            raise UpstreamAway(
                "The upstream model server has failed several times in a row. Try again in a moment.",
                code="upstream_unavailable",
                retry_after_seconds=max(1.0, pause_seconds),
            )
        self._is_probing = True
        return True

    def _settle(self, *, is_failure: bool) -> None:
        self._failures = self._failures + 1 if is_failure else 0
        if self._failures >= _MOST_FAILURES:
            self._closed_until_probe = self._clock() + _OPEN_SECONDS


def _is_failure(error: openai.OpenAIError) -> bool:
    """Whether upstream did not answer, or failed itself. An error about the request shows that it works."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


_CONNECT_SECONDS = 5.0
_DRAIN_SECONDS = 0.1
_LEAST_ERROR = 400


class UpstreamStream:
    """The bytes of an answer as they come."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def read(self) -> bytes:
        """Return the next bytes, none at the end. Raises the SDK's errors."""
        with _SdkErrors(self._response.request_info.url):
            return await self._response.content.readany()

    def close(self) -> None:
        """Stop upstream's work; after the last byte the connection is kept for the next call."""
        self._response.close()

    async def drain(self) -> None:
        """Read the end of an answer that has said all: without it the connection could not be kept."""
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while await self._response.content.readany():
                    pass
        except (TimeoutError, aiohttp.ClientError):
            self._response.close()


class Transport:
    """One upstream over HTTP. The SDK's client says the address and the headers."""

    def __init__(self, client: openai.AsyncOpenAI, *, timeout_seconds: float) -> None:
        self._client = client
        self._base_url = str(client.base_url).rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str) -> Any:
        """Return upstream's JSON."""
        return await self._whole("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return upstream's JSON."""
        return await self._whole("POST", path, orjson.dumps(body))

    async def open_stream(self, path: str, body: Mapping[str, Any]) -> UpstreamStream:
        """Return the answer once its status line is good."""
        return UpstreamStream(await self._ask("POST", path, orjson.dumps(body)))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _whole(self, method: str, path: str, content: bytes | None) -> Any:
        response = await self._ask(method, path, content)
        with _SdkErrors(response.request_info.url):
            async with response:
                return orjson.loads(await response.read())

    async def _ask(self, method: str, path: str, content: bytes | None) -> aiohttp.ClientResponse:
        """Return a good answer's beginning; raise the SDK's APIStatusError for another."""
        if self._session is None:
            self._session = self._opened()
        url = self._base_url + path
        with _SdkErrors(url):
            response = await self._session.request(method, url, data=content)
            if response.status < _LEAST_ERROR:
                return response
            async with response:
                raise _status_error(response, await response.read())

    def _opened(self) -> aiohttp.ClientSession:
        """Return the session. It can only be made where a loop runs."""
        headers: dict[str, object] = {**self._client.default_headers}
        if urlsplit(self._base_url).username is None:
            headers["Authorization"] = f"Bearer {self._client.api_key}"
        return aiohttp.ClientSession(
            # Providers limit the calls at once.
            connector=aiohttp.TCPConnector(limit=0, ssl=httpx2.create_ssl_context()),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={name: value for name, value in headers.items() if isinstance(value, str)},
            proxy=_proxy_of(self._base_url),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=_CONNECT_SECONDS, sock_read=self._timeout_seconds
            ),
        )


def _proxy_of(url: str) -> str | None:
    """Return the proxy that the environment names for an address. aiohttp would look for it with each call."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


class _SdkErrors:
    """Raises the SDK's error for what fails in the block. A generator would take as long as the read of a chunk."""

    __slots__ = ("_url",)

    def __init__(self, url: object) -> None:
        self._url = url

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, TimeoutError):
            raise openai.APITimeoutError(_request(self._url)) from error
        if isinstance(error, aiohttp.ClientPayloadError):
            raise openai.APIError("The answer broke off.", _request(self._url), body=None) from error
        if isinstance(error, aiohttp.ClientError | OSError):
            raise openai.APIConnectionError(request=_request(self._url)) from error


def _status_error(response: aiohttp.ClientResponse, content: bytes) -> openai.APIStatusError:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        body = None
    said = body.get("error", body) if isinstance(body, dict) else body
    shown = httpx2.Response(
        response.status, headers=list(response.headers.items()), request=_request(response.request_info.url)
    )
    return openai.APIStatusError(f"Error code: {response.status}", response=shown, body=said)


def _request(url: object) -> httpx2.Request:
    return httpx2.Request("POST", str(url))


_LONGEST_PAUSE_SECONDS = 5.0
_MOST_BREAKERS = 256
_LEAST_SERVER_ERROR = 500
_RETRIED_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504})

_T = TypeVar("_T")
_retried = stamina.AsyncRetryingCaller(attempts=3, timeout=None, wait_max=_LONGEST_PAUSE_SECONDS)


async def _tried(call: Callable[[], Awaitable[_T]]) -> _T:
    """Call up to three times. The first attempt is made without the library, which takes as long as the call's own work."""
    try:
        return await call()
    except openai.OpenAIError as error:
        first = [error]

    async def again() -> _T:
        if first:
            raise first.pop()
        return await call()

    return await _retried(_pause_before_retry, again)


class OpenAIConnection:
    """One upstream: its client, its bounded retries, its errors turned into ours."""

    def __init__(self, address: UpstreamAddress) -> None:
        self._address = address
        self._may_be_asked = address.is_given
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

    @property
    def url_setting(self) -> str:
        """The setting that says where upstream is."""
        return self._address.url_setting

    def translated(self, error: openai.OpenAIError) -> FootnoteError:
        """Return our error for one of the SDK's."""
        return footnote_error(
            error, key_setting=self._address.key_setting, url_setting=self._address.url_setting
        )

    def breaker(self, path: str, body: Json) -> Breaker:
        """Return the breaker of a path, for the model that the body names."""
        return self._breakers.setdefault((path, str(body.get("model"))), Breaker())

    async def _whole(self, path: str, body: Json, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call upstream up to three times. Only whole requests come here: nothing was sent to our caller yet."""
        if not self._may_be_asked:
            raise missing_key(self._address.key_setting)
        try:
            with _counted(path), self.breaker(path, body).attempt():
                return await _tried(call)
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
    except UpstreamAway:
        outcome = "left_alone"
        raise
    except (openai.OpenAIError, ValueError):
        outcome = "failed"
        raise
    finally:
        telemetry.note_upstream_call(path, outcome)


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
