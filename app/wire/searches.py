"""The search options of requests: the same fields in every request that searches."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.core.searches import DEFAULT_RESULTS, SearchOptions
from app.core.types import SearchMode
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
