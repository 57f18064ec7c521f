"""Vector stores: requests and bodies."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from app.core.file_status import FileStatus
from app.core.searches import SearchOptions
from app.core.topics import Topic
from app.core.types import Snippet
from app.models import VectorStore
from app.wire.base import WireModel
from app.wire.footnote import ModeOptions, SearchFields
from app.wire.vector_store_files import ChunkingStrategy, FileId

Notes: TypeAlias = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]


class StoreExpiry(WireModel):
    anchor: Literal["last_active_at"]
    days: Annotated[int, Field(ge=1, le=365)]


class VectorStoreCreateRequest(WireModel):
    name: Annotated[str, Field(max_length=256)] = ""
    description: Annotated[str, Field(max_length=2_048)] | None = None
    metadata: Notes = Field(default_factory=dict)
    file_ids: Annotated[list[FileId], Field(max_length=500)] = Field(default_factory=list)
    chunking_strategy: ChunkingStrategy | None = None
    expires_after: StoreExpiry | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{3}$")] | None = None


class VectorStoreUpdateRequest(WireModel):
    """Only fields that are sent are changed; `expires_after: null` clears it."""

    name: Annotated[str, Field(max_length=256)] | None = None
    metadata: Notes | None = None
    expires_after: StoreExpiry | None = None

    @classmethod
    def keeps_null(cls) -> frozenset[str]:
        return frozenset({"expires_after"})


class VectorStoreSearchRequest(SearchFields):
    query: Annotated[str, Field(min_length=1)] | Annotated[list[str], Field(min_length=1, max_length=10)]
    rewrite_query: bool = False
    footnote: ModeOptions | None = None
    include: Annotated[list[Literal["footnote"]], Field(max_length=10)] | None = None

    def queries(self) -> list[str]:
        return [self.query] if isinstance(self.query, str) else self.query

    @property
    def shows_places(self) -> bool:
        """Whether results say where they stand. OpenAI's schema has no place for that: `include: []` leaves it out."""
        return self.include is None or "footnote" in self.include

    def search_options(self, vector_store_id: str) -> SearchOptions:
        """Return how to search the store."""
        return self.options(
            (vector_store_id,),
            mode=self.footnote.mode if self.footnote else None,
            rewrite_query=self.rewrite_query,
        )


def vector_store_body(store: VectorStore, counts: Mapping[FileStatus, int]) -> dict[str, Any]:
    """Return a `vector_store`; `counts` is status → how many files."""
    last_active = store.last_active_at or store.created_at
    days = store.expires_after_days
    expires_at = store.expires_at
    status: str = FileStatus.IN_PROGRESS if counts.get(FileStatus.IN_PROGRESS) else FileStatus.COMPLETED
    if store.is_expired:
        status = "expired"
    return {
        "id": store.public_id,
        "object": "vector_store",
        "created_at": int(store.created_at.timestamp()),
        "name": store.name,
        "description": store.description,
        "usage_bytes": store.usage_bytes,
        "file_counts": file_counts_body(counts),
        "status": status,
        "expires_at": int(expires_at.timestamp()) if expires_at else None,
        "last_active_at": int(last_active.timestamp()),
        "metadata": store.notes,
        "language": store.language,
        "is_default": store.is_default,
        "progress": progress(counts),
        "index": _index_body(store),
    } | ({"expires_after": {"anchor": "last_active_at", "days": days}} if days else {})


def _index_body(store: VectorStore) -> dict[str, Any]:
    """Describe how a search of the whole store finds the nearest chunks: by a scan, or through a measured index."""
    if store.ivfflat_lists is None:
        return {"state": "none"}
    built_at = store.ivfflat_built_at
    return {
        "state": "serving" if store.ivfflat_serves else "unused",
        "lists": store.ivfflat_lists,
        "probes": store.ivfflat_probes,
        "recall": store.ivfflat_recall,
        "gain": store.ivfflat_gain,
        "chunks_at_build": store.ivfflat_chunks_at_build,
        "built_at": int(built_at.timestamp()) if built_at else None,
    }


def file_counts_body(counts: Mapping[FileStatus, int]) -> dict[str, int]:
    """Return how many files are in which status, and how many there are."""
    return {status.value: counts.get(status, 0) for status in FileStatus} | {"total": sum(counts.values())}


def progress(counts: Mapping[FileStatus, int]) -> int:
    """Return the percentage of files that are completed, failed or cancelled."""
    total = sum(counts.values())
    return 100 * (total - counts.get(FileStatus.IN_PROGRESS, 0)) // total if total else 100


def vector_store_deleted_body(store_id: str) -> dict[str, Any]:
    return {"id": store_id, "object": "vector_store.deleted", "deleted": True}


def topics_body(topics: Sequence[Topic]) -> dict[str, Any]:
    """Return what the files of a store are about."""
    data = [
        {"object": "footnote.topic", "filename": topic.filename, "heading": topic.heading} for topic in topics
    ]
    return {"object": "list", "data": data}


def search_body(
    queries: Sequence[str], snippets: Sequence[Snippet], *, shows_places: bool = True
) -> dict[str, Any]:
    """Return a page of search results, the best first, with the places of the chunks or without."""
    return {
        "object": "vector_store.search_results.page",
        "search_query": list(queries),
        "data": [_result(snippet) | (_place(snippet) if shows_places else {}) for snippet in snippets],
        "has_more": False,
        "next_page": None,
    }


def _result(snippet: Snippet) -> dict[str, Any]:
    return {
        "file_id": snippet.file_id,
        "filename": snippet.filename,
        "score": snippet.score,
        "attributes": dict(snippet.attributes),
        "content": [{"type": "text", "text": snippet.text}],
    }


def _place(snippet: Snippet) -> dict[str, Any]:
    return {
        "footnote": {
            "chunk_id": snippet.chunk_id,
            "scores": {"cosine": snippet.cosine, "lexical": snippet.lexical},
            "page": snippet.page,
            "page_end": snippet.page_end,
            "heading": snippet.heading,
            "char_start": snippet.char_start,
            "char_end": snippet.char_end,
        }
    }


def list_body(items: Sequence[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """Return a page of a list, with the cursors that SDKs page by."""
    return {
        "object": "list",
        "data": list(items),
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }
