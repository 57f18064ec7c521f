"""Another server's files and vector stores, read through the SDK."""

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2  # the SDK's own transport: what breaks amid a download comes as its errors
import openai
from pydantic import ValidationError

from app.core.chunking import TokenRule
from app.core.errors import FootnoteError, UpstreamFailed, UpstreamMisconfigured
from app.providers.openai.address import UpstreamAddress
from app.providers.openai.errors import footnote_error
from app.wire.vector_store_files import StaticSizes

_PIECE_BYTES = 1024 * 1024
_TIMEOUT_SECONDS = 600
_REFUSED = frozenset({400, 403, 404})
_PAGE = 100
_AUTO = TokenRule(800, 400)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    file_id: str
    filename: str
    purpose: str
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RemoteStore:
    store_id: str
    name: str
    description: str | None
    metadata: Mapping[str, str]
    expires_after_days: int | None


@dataclass(frozen=True, slots=True)
class RemoteStoreFile:
    """A membership. `chunking` are the sizes of a static strategy, None for the server's own rule."""

    file_id: str
    attributes: Mapping[str, Any]
    chunking: TokenRule | None


class RemoteShelves:
    """Reads the files and stores of any OpenAI-compatible server. Failures are raised as FootnoteErrors."""

    def __init__(self, address: UpstreamAddress) -> None:
        self._address = address
        key = address.api_key.get_secret_value() if address.api_key else None
        if key is None and address.base_url is None:
            raise UpstreamMisconfigured(
                "OPENAI_API_KEY is not set. Set it, or give --api-key.", code="upstream_auth"
            )
        self._client = openai.AsyncOpenAI(
            api_key=key or "none", base_url=address.base_url, timeout=_TIMEOUT_SECONDS
        )

    @property
    def source(self) -> str:
        """The server's address, by which its objects are remembered; without a password that may stand in it."""
        return str(self._client.base_url.copy_with(userinfo=b""))

    async def close(self) -> None:
        await self._client.close()

    async def files(self) -> AsyncIterator[RemoteFile]:
        """Yield every file, the oldest first."""
        async for raw in self._listed("/files", {"order": "asc"}):
            expires = raw.get("expires_at")
            yield RemoteFile(
                str(raw["id"]),
                str(raw.get("filename") or raw["id"]),
                str(raw.get("purpose")),
                dt.datetime.fromtimestamp(expires, dt.UTC) if expires else None,
            )

    async def stores(self) -> AsyncIterator[RemoteStore]:
        """Yield every vector store, the oldest first."""
        async for raw in self._listed("/vector_stores", {"order": "asc", "limit": _PAGE}):
            yield RemoteStore(
                str(raw["id"]),
                raw.get("name") or "",
                raw.get("description"),
                raw.get("metadata") or {},
                (raw.get("expires_after") or {}).get("days"),
            )

    async def store_files(self, store_id: str) -> AsyncIterator[RemoteStoreFile]:
        """Yield a store's files, the oldest first."""
        path = f"/vector_stores/{quote(store_id, safe='')}/files"
        async for raw in self._listed(path, {"order": "asc", "limit": _PAGE}):
            sizes = _sizes(raw.get("chunking_strategy") or {})
            yield RemoteStoreFile(str(raw["id"]), raw.get("attributes") or {}, sizes)

    async def download(self, file_id: str, target: Path) -> bool:
        """Write a file's bytes; False when the server does not give them away, as OpenAI does for `assistants`."""
        with self._translated():
            try:
                async with self._client.files.with_streaming_response.content(file_id) as response:
                    with target.open("wb") as out:
                        async for piece in response.iter_bytes(_PIECE_BYTES):
                            out.write(piece)
            except openai.APIStatusError as error:
                if error.status_code in _REFUSED:
                    return False
                raise
        return True

    async def download_text(self, store_id: str, file_id: str, target: Path) -> bool:
        """Write the text that a store has parsed from a file; False when there is none."""
        with self._translated():
            try:
                page = await self._client.vector_stores.files.content(file_id, vector_store_id=store_id)
            except openai.APIStatusError as error:
                if error.status_code in _REFUSED:
                    return False
                raise
        texts = [part.text for part in page.data if part.text and part.text.strip()]
        with target.open("w", encoding="utf-8", newline="") as out:
            out.writelines(f"{text}\n\n" for text in texts)
        return bool(texts)

    async def _listed(self, path: str, query: Mapping[str, object]) -> AsyncIterator[dict[str, Any]]:
        """Yield a list's objects as plain JSON: the SDK's types turn the integers among attributes into floats."""
        after: str | None = None
        while True:
            page = await self._page(path, query if after is None else {**query, "after": after})
            for raw in page["data"]:
                yield raw
            last = str(page["data"][-1]["id"]) if page["data"] else after
            # A server that knows no `after` would send the same page for ever.
            if last == after or not page.get("has_more"):
                return
            after = last

    async def _page(self, path: str, query: Mapping[str, object]) -> dict[str, Any]:
        with self._translated():
            try:
                page = await self._client.get(path, cast_to=object, options={"params": query})
            except openai.NotFoundError as error:
                raise _nonsense() from error
        entries = page.get("data") if isinstance(page, dict) else None
        if not isinstance(page, dict) or not isinstance(entries, list):
            raise _nonsense()
        if not all(isinstance(raw, dict) and "id" in raw for raw in entries):
            raise _nonsense()
        return page

    def _failed(self, error: openai.OpenAIError) -> FootnoteError:
        return footnote_error(
            error, key_setting=self._address.key_setting, url_setting=self._address.url_setting
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except openai.OpenAIError as error:
            raise self._failed(error) from error
        except httpx2.HTTPError as error:
            raise UpstreamFailed("The other server broke off amid the file.") from error
        except ValueError as error:
            raise _nonsense() from error


def _sizes(strategy: Mapping[str, Any]) -> TokenRule | None:
    """Return a static strategy's sizes; 800 and 400 are how servers show their own rule."""
    try:
        sizes = StaticSizes.model_validate(strategy.get("static"))
    except ValidationError:
        return None
    rule = TokenRule(sizes.max_chunk_size_tokens, sizes.chunk_overlap_tokens)
    return None if rule == _AUTO else rule


def _nonsense() -> UpstreamFailed:
    return UpstreamFailed("The other server does not answer as OpenAI does. Does --base-url end in /v1?")
