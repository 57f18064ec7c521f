"""What a caller may say about a search, whichever way the question comes in."""

from dataclasses import dataclass

from app.core.filters import Filter
from app.core.types import SearchMode

DEFAULT_RESULTS = 10


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Where to search and how. `store_references` are ids or names; None means the project's default store.

    `ranker` "rrf" asks for reciprocal rank fusion. `lexical_weight` (0..1) says how much the words count against the
    meaning. `rewrite_query` None leaves it to the use case: chats rewrite follow-ups, searches nothing.
    """

    store_references: tuple[str, ...] | None = None
    max_num_results: int = DEFAULT_RESULTS
    score_threshold: float = 0.0
    filters: Filter | None = None
    mode: SearchMode | None = None
    ranker: str | None = None
    lexical_weight: float | None = None
    rewrite_query: bool | None = None
