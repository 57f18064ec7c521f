"""Footnote's additions to OpenAI's wire: the search options of requests, and the bodies of what was found and cited."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from app.core.fusion import SCORE_DIGITS
from app.core.listing import Listing
from app.core.permissions import SourceLinks
from app.core.searches import DEFAULT_RESULTS, SearchOptions
from app.core.types import Citation, SameText, SearchMode, Snippet
from app.models import RetrievalRecord
from app.wire.base import WireModel
from app.wire.filters import Filter, to_filter

StoreReference = Annotated[str, Field(min_length=1, max_length=256)]
StoreReferences = Annotated[list[StoreReference], Field(min_length=1, max_length=20)]


class HybridWeights(WireModel):
    """How much meaning and words count against each other."""

    embedding_weight: Annotated[float, Field(ge=0)]
    text_weight: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if self.embedding_weight + self.text_weight <= 0:
            raise ValueError("at least one of the weights must be above 0")
        return self


class RankingOptions(WireModel):
    """OpenAI's options; the ranker `rrf` is ours, and fuses by reciprocal ranks."""

    ranker: (
        Literal["none", "auto", "default-2024-08-21", "default-2024-11-15", "default_2024_08_21", "rrf"]
        | None
    ) = None
    score_threshold: Annotated[float, Field(ge=0, le=1)] = 0.0
    hybrid_search: HybridWeights | None = None

    @property
    def lexical_weight(self) -> float | None:
        """The weight of the words in the score, 0..1, None when it is not given."""
        if self.hybrid_search is None:
            return None
        weights = self.hybrid_search
        return weights.text_weight / (weights.text_weight + weights.embedding_weight)


class SearchFields(WireModel):
    """OpenAI's search options."""

    max_num_results: Annotated[int, Field(ge=1, le=50)] | None = None
    filters: Filter | None = None
    ranking_options: RankingOptions | None = None

    def options(
        self,
        store_references: tuple[str, ...] | None,
        *,
        default_results: int = DEFAULT_RESULTS,
        mode: SearchMode | None = None,
        rewrite_query: bool | None = None,
    ) -> SearchOptions:
        """Return the fields as a value, together with what else was said."""
        ranking = self.ranking_options or RankingOptions()
        return SearchOptions(
            store_references=store_references,
            max_num_results=self.max_num_results or default_results,
            score_threshold=ranking.score_threshold,
            filters=to_filter(self.filters) if self.filters else None,
            mode=mode,
            ranker=ranking.ranker,
            lexical_weight=ranking.lexical_weight,
            rewrite_query=rewrite_query,
        )


class ModeOptions(WireModel):
    """The `footnote` object of a search request."""

    mode: SearchMode | None = None


class FootnoteOptions(SearchFields):
    """The `footnote` object of a chat request: which documents ground the answer, and how they are searched."""

    enabled: bool = True
    vector_store_ids: StoreReferences | None = None
    mode: SearchMode | None = None
    rewrite_query: bool | None = None


class FileSearchTool(SearchFields):
    """A `file_search` entry in `tools`, as the Responses API has it."""

    type: Literal["file_search"]
    vector_store_ids: StoreReferences


# How many more files than the cited one an annotation's title names.
_MOST_NAMED = 3


def chunk_body(snippet: Snippet, *, links: SourceLinks | None = None) -> dict[str, Any]:
    """Return a snippet as `footnote.chunks[]` shows it; records keep no links, which expire."""
    link = {} if links is None else {"url": links.url(snippet.file_id, snippet.chunk_id, page=snippet.page)}
    return link | {
        "n": snippet.n,
        "chunk_id": snippet.chunk_id,
        "file_id": snippet.file_id,
        "filename": snippet.filename,
        "page": snippet.page,
        "page_end": snippet.page_end,
        "heading": snippet.heading,
        "char_start": snippet.char_start,
        "char_end": snippet.char_end,
        "score": snippet.score,
        "scores": {"cosine": snippet.cosine, "lexical": snippet.lexical},
        "text": snippet.text,
        "source": snippet.source,
        "attributes": dict(snippet.attributes),
        "metadata": dict(snippet.metadata),
        "also_in": _also_in(snippet.also_in, links),
    }


def recorded_retrieval_body(recorded: RetrievalRecord, links: SourceLinks) -> dict[str, Any]:
    """Return a recorded retrieval, its chunks with new links: those of the answer may have expired."""
    head = {
        "id": recorded.public_id,
        "object": "footnote.retrieval",
        "created_at": int(recorded.created_at.timestamp()),
    }
    chunks = [_linked(chunk, links) for chunk in recorded.record.get("chunks", ())]
    candidates = _candidate_bodies(recorded.record.get("candidates", ()))
    return head | recorded.record | {"candidates": candidates, "chunks": chunks}


def _candidate_bodies(
    recorded: Mapping[str, Sequence[Any]] | Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return what was recorded in columns as objects. Records of older versions hold the objects themselves."""
    if not isinstance(recorded, Mapping):
        return list(recorded)
    names = ("chunk_ids", "scores", "cosines", "lexicals")
    return [
        {
            "chunk_id": chunk_id,
            "score": score,
            "scores": {
                "cosine": cosine and round(cosine, SCORE_DIGITS),
                "lexical": lexical and round(lexical, SCORE_DIGITS),
            },
        }
        for chunk_id, score, cosine, lexical in zip(*(recorded[name] for name in names), strict=True)
    ]


def _linked(chunk: Mapping[str, Any], links: SourceLinks) -> dict[str, Any]:
    """Return a record's chunk with links to it, and to the same text in other files.

    Of a deleted file only ids and scores are left, so it gets no link.
    """
    if chunk.get("filename") is None:
        return dict(chunk)
    linked = {**chunk, "url": links.url(chunk["file_id"], chunk["chunk_id"])}
    return linked | (
        {"also_in": [_linked(same, links) for same in chunk["also_in"]]} if chunk.get("also_in") else {}
    )


def listing_body(listing: Listing) -> dict[str, Any]:
    """Return the list of files that a question about them was answered from, and how many there are in all."""
    return {
        "file_count": listing.count,
        "files": [
            {
                "file_id": file.file_id,
                "filename": file.filename,
                "bytes": file.size_bytes,
                "created_at": int(file.added_at.timestamp()),
                "status": file.status,
            }
            for file in listing.files
        ],
    }


def retrieval_body(
    retrieval_id: str,
    *,
    mode: SearchMode,
    snippets: Sequence[Snippet],
    files_searched: int,
    listing: Listing | None = None,
    links: SourceLinks | None = None,
) -> dict[str, Any]:
    """Return the top-level `footnote` of an answer: what was retrieved."""
    listed = listing_body(listing) if listing else {}
    return listed | {
        "retrieval_id": retrieval_id,
        "mode": mode,
        "files_searched": files_searched,
        "chunks": [chunk_body(snippet, links=links) for snippet in snippets],
    }


def markers_body(chunks: Mapping[int, int]) -> dict[str, Any]:
    """Return the `footnote` of a piece of text in a stream: which chunk each of its markers stands for."""
    return {"markers": [{"n": n, "chunk": chunk} for n, chunk in chunks.items()]}


def grounding_body(
    retrieval_id: str,
    *,
    grounded: bool,
    citations: Sequence[Citation],
    removed_markers: int,
    links: SourceLinks,
) -> dict[str, Any]:
    """Return the `footnote` of a message: what was cited."""
    return {
        "retrieval_id": retrieval_id,
        "grounded": grounded,
        "removed_markers": removed_markers,
        "citations": [
            {
                "n": citation.n,
                "chunk": citation.chunk,
                "chunk_id": citation.chunk_id,
                "file_id": citation.file_id,
                "url": links.url(
                    citation.file_id, citation.chunk_id, page=citation.page, quotes=citation.quoted
                ),
                "start_index": citation.start,
                "end_index": citation.end,
                "quote": citation.quote,
                "verified": citation.verified,
                "also_in": _also_in(citation.also_in, links),
                "support": citation.support,
                "reason": citation.reason,
                "judged_by": citation.judged_by,
            }
            for citation in citations
        ],
    }


def annotation_bodies(
    citations: Sequence[Citation], snippets: Mapping[int, Snippet], links: SourceLinks
) -> list[dict[str, Any]]:
    """Return the citations as OpenAI's `url_citation`: the one kind of annotation that chat clients take.

    They are in the order of the text. Each footnote has a title of its own: Open WebUI counts titles to find `[n]`.
    """
    titles = _titles(citations, snippets)
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": citation.start,
                "end_index": citation.end,
                "title": titles[citation.n],
                "url": links.url(
                    citation.file_id, citation.chunk_id, page=citation.page, quotes=citation.quoted
                ),
            },
        }
        for citation in citations
    ]


def _titles(citations: Sequence[Citation], snippets: Mapping[int, Snippet]) -> dict[int, str]:
    """Return footnote number → title. If two titles would be equal, the later one gets a number."""
    plain = {citation.n: _title(snippets[citation.chunk]) for citation in citations}
    titles: dict[int, str] = {}
    for n, title in sorted(plain.items()):
        titles[n] = title if title not in titles.values() else f"{title} [{n}]"
    return titles


def _title(snippet: Snippet) -> str:
    others = "".join(f"; also in {same.filename}" for same in snippet.also_in[:_MOST_NAMED])
    return f"{snippet.filename}{_pages(snippet)}{others}"


def _also_in(files: Sequence[SameText], links: SourceLinks | None) -> list[dict[str, Any]]:
    return [
        {"file_id": same.file_id, "filename": same.filename, "chunk_id": same.chunk_id, "page": same.page}
        | ({} if links is None else {"url": links.url(same.file_id, same.chunk_id)})
        for same in files
    ]


def _pages(snippet: Snippet) -> str:
    if snippet.page is None:
        return ""
    if snippet.page_end in (None, snippet.page):
        return f", p. {snippet.page}"
    return f", pp. {snippet.page}-{snippet.page_end}"
