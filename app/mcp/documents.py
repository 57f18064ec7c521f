"""The tools `search`, `fetch` and `list_vector_stores`, and documents as resources."""

from dataclasses import dataclass

from app.access.keys import SourceLinkSigner
from app.core import ids
from app.core.searches import SearchOptions
from app.core.types import Page
from app.library.files import FileLibrary
from app.library.sources import SourceLibrary, SourceText
from app.library.vector_stores import CountedStore, VectorStoreLibrary
from app.mcp.calls import Call, title_of, url_of
from app.mcp.shapes import (
    Document,
    DocumentMetadata,
    FetchArguments,
    FoundPassage,
    ListArguments,
    ListedStore,
    ListedStores,
    SearchArguments,
    SearchResults,
)
from app.models import File
from app.searching.stores import StoreSearch
from app.wire.vector_stores import vector_store_body

_MOST_STORES = 100
_MOST_RESOURCES = 100


@dataclass(frozen=True, slots=True)
class Documents:
    """Finds, reads and lists what the caller's key reaches."""

    searches: StoreSearch
    sources: SourceLibrary
    files: FileLibrary
    vector_stores: VectorStoreLibrary
    links: SourceLinkSigner

    async def search(self, call: Call, arguments: SearchArguments) -> SearchResults:
        """Return the passages that answer a query best; raise what `StoreSearch.search` raises."""
        stores = tuple(arguments.vector_stores) if arguments.vector_stores else None
        options = SearchOptions(store_references=stores, max_num_results=arguments.max_results)
        found = await self.searches.search(call.caller, [arguments.query], options)
        links = await call.links(self.links)
        results = [
            FoundPassage(
                id=snippet.chunk_id,
                title=title_of(snippet.filename, snippet.page),
                url=url_of(snippet, links),
                text=snippet.text,
                score=snippet.score,
                file_id=snippet.file_id,
            )
            for snippet in found.snippets
        ]
        return SearchResults(results=results)

    async def fetch(self, call: Call, arguments: FetchArguments) -> Document:
        """Return the text around a passage, or of a file from its start on; raise NotFound."""
        return await self.read(call, arguments.id, start=arguments.start)

    async def read(self, call: Call, document_id: str, *, start: int | None = None) -> Document:
        """Return the text around a passage of this id, or of a file from `start` on; raise NotFound."""
        file_id = ids.file_of_chunk(document_id) or document_id
        starts = start is not None or file_id == document_id
        first = (start or 0) if starts else None
        text = await self.sources.read(call.caller, file_id, document_id, first=first)
        return _document(document_id, text, url=await self._url(call, text, document_id))

    async def _url(self, call: Call, text: SourceText, wanted: str) -> str:
        links = await call.links(self.links)
        file_id = text.file.public_id
        if text.cited is None:
            return links.url(file_id, ids.chunk_id(file_id, 0))
        return links.url(file_id, wanted, page=text.cited.page)

    async def list_vector_stores(self, call: Call, _arguments: ListArguments) -> ListedStores:
        """Return the newest stores that the caller sees."""
        found = await self.vector_stores.list(call.caller, Page(limit=_MOST_STORES))
        return ListedStores(vector_stores=[_listed(entry) for entry in found.items], has_more=found.has_more)

    async def list_files(self, call: Call, *, after: str | None) -> tuple[list[File], str | None]:
        """Return the newest files that the caller sees, and the id after which the next page begins."""
        found = await self.files.list(call.caller, Page(limit=_MOST_RESOURCES, after=after), purpose=None)
        files = list(found.items)
        return files, files[-1].public_id if found.has_more else None


def _document(document_id: str, text: SourceText, *, url: str) -> Document:
    shown = text.cited or next(iter(text.pieces), None)
    page = text.cited.page if text.cited else None
    return Document(
        id=document_id,
        title=title_of(text.file.filename, page),
        text="".join(piece.text for piece in text.pieces),
        url=url,
        metadata=DocumentMetadata(
            file_id=text.file.public_id,
            filename=text.file.filename,
            bytes=text.file.size_bytes,
            page=page,
            heading=shown.heading if shown else None,
            next_start=text.later,
            previous_start=text.earlier,
        ),
    )


def _listed(entry: CountedStore) -> ListedStore:
    body = vector_store_body(entry.store, entry.counts)
    return ListedStore(
        id=body["id"],
        name=body["name"],
        description=body["description"],
        is_default=body["is_default"],
        status=body["status"],
        files=body["file_counts"]["total"],
        files_in_progress=body["file_counts"]["in_progress"],
    )
