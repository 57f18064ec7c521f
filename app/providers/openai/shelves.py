"""Another server's files and vector stores, read through the SDK."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai

from app.core.errors import FootnoteError, UpstreamFailed
from app.providers.openai.connection import UpstreamAddress
from app.providers.openai.errors import footnote_error

_PIECE_BYTES = 1024 * 1024
_TIMEOUT_SECONDS = 600
_REFUSED = frozenset({400, 403, 404})


@dataclass(frozen=True, slots=True)
class RemoteFile:
    file_id: str
    filename: str
    purpose: str


@dataclass(frozen=True, slots=True)
class RemoteStore:
    store_id: str
    name: str
    description: str | None
    metadata: Mapping[str, str]
    expires_after_days: int | None


@dataclass(frozen=True, slots=True)
class RemoteStoreFile:
    """A membership. `chunking` is the static strategy's sizes, None for the server's own rule."""

    file_id: str
    attributes: Mapping[str, Any]
    chunking: Mapping[str, int] | None


class RemoteShelves:
    """Reads the shelves of any OpenAI-compatible server. Failures are raised as FootnoteErrors."""

    def __init__(self, address: UpstreamAddress) -> None:
        self._address = address
        key = address.api_key.get_secret_value() if address.api_key else "none"
        self._client = openai.AsyncOpenAI(api_key=key, base_url=address.base_url, timeout=_TIMEOUT_SECONDS)

    @property
    def source(self) -> str:
        """The server's address, by which its objects are remembered."""
        return str(self._client.base_url)

    async def close(self) -> None:
        await self._client.close()

    async def files(self) -> AsyncIterator[RemoteFile]:
        """Yield every file, the oldest first."""
        with self._translated():
            async for file in self._client.files.list(order="asc"):
                yield RemoteFile(file.id, file.filename, file.purpose)

    async def stores(self) -> AsyncIterator[RemoteStore]:
        """Yield every vector store, the oldest first."""
        with self._translated():
            async for store in self._client.vector_stores.list(order="asc", limit=100):
                yield RemoteStore(
                    store.id,
                    store.name,
                    getattr(store, "description", None),
                    store.metadata or {},
                    store.expires_after.days if store.expires_after else None,
                )

    async def store_files(self, store_id: str) -> AsyncIterator[RemoteStoreFile]:
        """Yield a store's files, the oldest first."""
        with self._translated():
            listed = self._client.vector_stores.files.list(store_id, order="asc", limit=100)
            async for entry in listed:
                yield RemoteStoreFile(entry.id, entry.attributes or {}, _sizes(entry.chunking_strategy))

    async def download(self, file_id: str, target: Path) -> bool:
        """Write a file's bytes; False when the server does not give them away, as OpenAI does for `assistants`."""
        try:
            async with self._client.files.with_streaming_response.content(file_id) as response:
                with target.open("wb") as out:
                    async for piece in response.iter_bytes(_PIECE_BYTES):
                        out.write(piece)
        except openai.APIStatusError as error:
            if error.status_code in _REFUSED:
                return False
            raise self._failed(error) from error
        except openai.OpenAIError as error:
            raise self._failed(error) from error
        return True

    async def download_text(self, store_id: str, file_id: str, target: Path) -> bool:
        """Write the text that a store has parsed out of a file; False when there is none to be had."""
        try:
            with target.open("w", encoding="utf-8", newline="") as out:
                async for part in self._client.vector_stores.files.content(file_id, vector_store_id=store_id):
                    out.write(f"{part.text or ''}\n\n")
        except openai.APIStatusError as error:
            if error.status_code in _REFUSED:
                return False
            raise self._failed(error) from error
        return target.stat().st_size > 0  # noqa: ASYNC240 - a stat of a file that was just written

    def _failed(self, error: openai.OpenAIError) -> FootnoteError:
        return footnote_error(error, key_setting=self._address.key_setting)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except openai.OpenAIError as error:
            raise self._failed(error) from error
        except ValueError as error:
            raise UpstreamFailed("The other server answered with something that is not JSON.") from error


def _sizes(strategy: Any) -> Mapping[str, int] | None:
    """Return a static strategy's sizes; 800 and 400 are how servers show their own rule."""
    static = getattr(strategy, "static", None)
    if static is None or (static.max_chunk_size_tokens, static.chunk_overlap_tokens) == (800, 400):
        return None
    return {
        "max_chunk_size_tokens": static.max_chunk_size_tokens,
        "chunk_overlap_tokens": static.chunk_overlap_tokens,
    }
