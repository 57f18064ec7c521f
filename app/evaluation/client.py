"""The service that is judged, through the stock SDK: fill a store, search it, clear up."""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import openai

from app.core.errors import InvalidRequest, UpstreamFailed

_MOST_RESULTS = 50
_PAGE = 100
_BATCH_FILES = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found: of which file, and where in its text if the service says so."""

    file_id: str
    start: int = 0
    end: int = 0


class EvaluatedService:
    """One service. Use it as a context manager; failures are raised as FootnoteErrors."""

    def __init__(self, base_url: str, api_key: str, *, concurrency: int = 4) -> None:
        self._base_url = base_url
        self._client = openai.AsyncOpenAI(base_url=base_url, api_key=api_key)
        self._places = asyncio.Semaphore(concurrency)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._client.close()
        if isinstance(error, openai.OpenAIError):
            raise UpstreamFailed(f"The service at {self._base_url} cannot be evaluated: {error}") from error

    async def make_store(self, name: str) -> str:
        """Make an empty store and return its id."""
        return (await self._client.vector_stores.create(name=name)).id

    async def fill(self, store_id: str, documents: Mapping[str, str], files: dict[str, str]) -> None:
        """Put each document into the store as a file; `files` becomes document by file, as soon as each is there."""
        await together(self._upload(key, text, files) for key, text in documents.items())
        file_ids = list(files)
        for first in range(0, len(file_ids), _BATCH_FILES):
            batch = await self._client.vector_stores.file_batches.create_and_poll(
                store_id, file_ids=file_ids[first : first + _BATCH_FILES]
            )
            if batch.file_counts.failed:
                raise UpstreamFailed(f"{batch.file_counts.failed} documents could not be read.")

    async def find_store(self, reference: str) -> str:
        """Return the id of the store whose id or name this is, the oldest of that name; InvalidRequest without one."""
        named = None
        async for store in self._client.vector_stores.list(order="asc", limit=_PAGE):
            if store.id == reference:
                return store.id
            if store.name == reference:
                named = named or store.id
        if named is None:
            raise InvalidRequest(f"The service has no vector store of the id or name {reference!r}.")
        return named

    async def list_files(self, store_id: str) -> dict[str, str]:
        """Return filename by file id of what a store holds; the id again where the service names no file."""
        files = self._client.vector_stores.files.list(store_id, limit=_PAGE)
        return {file.id: getattr(file, "filename", file.id) async for file in files}

    async def search(self, store_id: str, query: str, mode: str | None) -> tuple[list[Hit], float]:
        """Return what is found, best first, and the seconds it took; UpstreamFailed with the reason of a refusal."""
        # Where a hit stands is our own extension, as the modes are: a service that takes no mode is asked plainly.
        extra = {"footnote": {"mode": mode}, "include": ["footnote"]} if mode else None
        async with self._places:
            started = time.perf_counter()
            try:
                page = await self._client.vector_stores.search(
                    store_id, query=query, max_num_results=_MOST_RESULTS, extra_body=extra
                )
            except openai.APIStatusError as error:
                raise UpstreamFailed(_reason(error)) from error
            return [_hit(result) for result in page.data], time.perf_counter() - started

    async def clear(self, store_id: str, files: Mapping[str, str]) -> None:
        """Delete the store and its files."""
        await self._client.vector_stores.delete(store_id)
        await asyncio.gather(*(self._delete(file_id) for file_id in files))

    async def _upload(self, document_id: str, text: str, files: dict[str, str]) -> None:
        async with self._places:
            content = text.encode() or b"."
            file = await self._client.files.create(file=("document.txt", content), purpose="assistants")
            files[file.id] = document_id

    async def _delete(self, file_id: str) -> None:
        async with self._places:
            await self._client.files.delete(file_id)


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what all of them return, in order; when one fails the others are ended, and its error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


def _reason(error: openai.APIStatusError) -> str:
    message = error.body.get("message") if isinstance(error.body, dict) else None
    return str(message or error)


def _hit(result: Any) -> Hit:
    place = getattr(result, "footnote", None) or {}
    return Hit(result.file_id, place.get("char_start", 0), place.get("char_end", 0))
