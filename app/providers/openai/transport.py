"""HTTP to upstream, failures as the SDK's errors. By aiohttp: with the SDK's own transport a stream costs five times the CPU."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
import openai
import orjson

_CONNECT_SECONDS = 5.0
_DRAIN_SECONDS = 0.1
_LEAST_ERROR = 400


class UpstreamStream:
    """The bytes of an answer as they come."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def read(self) -> bytes:
        """Return the next bytes, none at the end. Raises the SDK's errors."""
        with _sdk_errors(self._response.request_info.url):
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
        async with self._answered("GET", path, None) as response:
            return orjson.loads(await response.read())

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return upstream's JSON."""
        async with self._answered("POST", path, orjson.dumps(body)) as response:
            return orjson.loads(await response.read())

    async def open_stream(self, path: str, body: Mapping[str, Any]) -> UpstreamStream:
        """Return the answer once its status line is good."""
        return UpstreamStream(await self._ask("POST", path, orjson.dumps(body)))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def _answered(
        self, method: str, path: str, content: bytes | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        response = await self._ask(method, path, content)
        with _sdk_errors(response.request_info.url):
            async with response:
                yield response

    async def _ask(self, method: str, path: str, content: bytes | None) -> aiohttp.ClientResponse:
        """Return a good answer's beginning; raise the SDK's APIStatusError for another."""
        if self._session is None:
            self._session = self._opened()
        url = self._base_url + path
        with _sdk_errors(url):
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


@contextmanager
def _sdk_errors(url: object) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise openai.APITimeoutError(_request(url)) from error
    except aiohttp.ClientPayloadError as error:
        raise openai.APIError("The answer broke off.", _request(url), body=None) from error
    except (aiohttp.ClientError, OSError) as error:
        raise openai.APIConnectionError(request=_request(url)) from error


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
