"""What the tools take and give. `search` and `fetch` have the shape that ChatGPT's connectors expect."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.core.searches import DEFAULT_RESULTS
from app.core.types import SupportReason
from app.wire.base import WireModel
from app.wire.footnote import StoreReferences

_STORES = (
    "Ids or names of the vector stores to look in. Without them: the default store, or the stores that the "
    "API key is bound to."
)
Stores = Annotated[StoreReferences | None, Field(description=_STORES)]


class SearchArguments(WireModel):
    query: Annotated[str, Field(min_length=1, description="What to look for, as a question or as words.")]
    vector_stores: Stores = None
    max_results: Annotated[int, Field(ge=1, le=50)] = DEFAULT_RESULTS


class FetchArguments(WireModel):
    id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=128,
            description="The id of a search result (text around that passage), or of a file (from its start).",
        ),
    ]
    start: Annotated[
        int | None,
        Field(ge=0, le=1_000_000_000, description="Where to go on reading: `next_start` of the page before."),
    ] = None


class ListArguments(WireModel):
    pass


class AskArguments(WireModel):
    question: Annotated[str, Field(min_length=1, description="The question, as a person would ask it.")]
    vector_stores: Stores = None
    model: Annotated[
        str | None,
        Field(min_length=1, max_length=512, description="Who answers. Without it: the server's chat model."),
    ] = None


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True)


class FoundPassage(_Given):
    id: str
    title: str
    url: str
    text: str
    score: float
    file_id: str


class SearchResults(_Given):
    results: list[FoundPassage]


class DocumentMetadata(_Given):
    """`next_start` and `previous_start` are there where the document has more text in that direction."""

    file_id: str
    filename: str
    bytes: int
    page: int | None = None
    heading: str | None = None
    next_start: int | None = None
    previous_start: int | None = None


class Document(_Given):
    id: str
    title: str
    text: str
    url: str
    metadata: DocumentMetadata


class ListedStore(_Given):
    id: str
    name: str
    is_default: bool
    status: str
    files: int
    files_in_progress: int
    description: str | None = None


class ListedStores(_Given):
    vector_stores: list[ListedStore]
    has_more: bool


class ShownCitation(_Given):
    """`n` is the number in the answer's `[n]`; `verified` says whether the passage supports the statement, `reason` why."""

    n: int
    id: str
    title: str
    url: str
    file_id: str
    quote: str
    verified: bool
    reason: SupportReason
    start_index: int
    end_index: int


class Answered(_Given):
    answer: str
    grounded: bool
    citations: list[ShownCitation]
    finish_reason: str
    retrieval_id: str | None = None
