"""Which stores and options ground a chat request: the four rules, in their order. Pure."""

from dataclasses import dataclass

from pydantic import ValidationError

from app.core.errors import InvalidRequest
from app.core.types import SearchMode
from app.wire.chat_completions import ChatCompletionRequest, SearchTool
from app.wire.filters import Filter
from app.wire.footnote import FileSearchTool, FootnoteOptions, RankingOptions
from app.wire.validation import invalid_request

DEFAULT_SNIPPETS = 6


@dataclass(frozen=True, slots=True)
class Grounding:
    """What to search for a request. `store_references` are ids or names; None means the project's default store.

    `model` is the id without its store; `by_model` says that the store came with the model's id. `rewrite_query` None
    means follow-ups only.
    """

    model: str
    enabled: bool = True
    store_references: tuple[str, ...] | None = None
    by_model: bool = False
    max_num_results: int = DEFAULT_SNIPPETS
    score_threshold: float = 0.0
    filters: Filter | None = None
    mode: SearchMode | None = None
    ranker: str | None = None
    lexical_weight: float | None = None
    rewrite_query: bool | None = None


def choose_grounding(request: ChatCompletionRequest) -> Grounding:
    """Return the grounding of a request: its `footnote` object, its `file_search` tool, its model id, the default."""
    options = request.footnote or FootnoteOptions()
    model, store = split_model(request.model)
    if not options.enabled:
        return Grounding(model, enabled=False)

    tool = _search_tool(request)
    references = options.vector_store_ids or (tool.vector_store_ids if tool else None)
    by_model = references is None and store is not None
    if by_model and store is not None:
        references = [store]

    ranking = options.ranking_options or (tool.ranking_options if tool else None) or RankingOptions()
    return Grounding(
        model,
        store_references=tuple(references) if references else None,
        by_model=by_model,
        max_num_results=options.max_num_results or (tool and tool.max_num_results) or DEFAULT_SNIPPETS,
        score_threshold=ranking.score_threshold,
        filters=options.filters or (tool.filters if tool else None),
        mode=options.mode,
        ranker=ranking.ranker,
        lexical_weight=ranking.lexical_weight,
        rewrite_query=options.rewrite_query,
    )


def split_model(model: str) -> tuple[str, str | None]:
    """Return the model's id and the store named behind its last `@`, if any."""
    bare, at, store = model.rpartition("@")
    return (bare, store) if at and bare and store else (model, None)


def _search_tool(request: ChatCompletionRequest) -> FileSearchTool | None:
    for position, tool in enumerate(request.tools or ()):
        if isinstance(tool, SearchTool):
            raw = tool.model_dump(exclude_unset=True)
            try:
                return FileSearchTool.model_validate(raw)
            except ValidationError as error:
                judged = invalid_request(error, raw)
                param = f"tools[{position}].{judged.param}"
                raise InvalidRequest(judged.message, param=param, code=judged.code) from error
    return None
