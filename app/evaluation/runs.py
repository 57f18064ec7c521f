"""One evaluation: a collection loaded into a service, asked in each mode, and measured."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from app.evaluation.client import EvaluatedService, Hit
from app.evaluation.collections import Collection, Query
from app.evaluation.measures import covered_share, ndcg, percentile, recall, reciprocal_rank

# Chroma's chunking evaluation asks how much of an answer a context of so many characters holds.
_CONTEXT_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True)
class ModeResult:
    """What one mode reached: means over the queries, latencies in milliseconds, and the first measure by query."""

    mode: str
    measures: Mapping[str, float]
    p50_ms: float
    p95_ms: float
    by_query: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunResult:
    """An evaluation that was done. The first measure of each mode is the one that is compared."""

    collection: str
    k: int
    modes: Sequence[ModeResult]
    kept_store_id: str | None = None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


async def evaluate(
    service: EvaluatedService, collection: Collection, modes: Sequence[str], *, k: int, keep: bool = False
) -> RunResult:
    """Load the collection, ask all queries in each mode, and measure. What was loaded is deleted unless kept."""
    store_id = await service.make_store(f"evaluation of {collection.name}")
    files: dict[str, str] = {}
    try:
        await service.fill(store_id, collection.documents, files)
        results = [await _ask(service, collection, mode, store_id, files, k) for mode in modes]
    finally:
        if not keep:
            await service.clear(store_id, files)
    return RunResult(collection.name, k, results, store_id if keep else None)


async def _ask(
    service: EvaluatedService,
    collection: Collection,
    mode: str,
    store_id: str,
    files: Mapping[str, str],
    k: int,
) -> ModeResult:
    answers = await asyncio.gather(
        *(service.search(store_id, query.text, mode) for query in collection.queries)
    )
    measured = [
        measure(query, hits, files, k=k) for query, (hits, _) in zip(collection.queries, answers, strict=True)
    ]
    names = list(measured[0]) if measured else []
    milliseconds = [1_000 * seconds for _, seconds in answers]
    return ModeResult(
        mode,
        {name: sum(values[name] for values in measured) / len(measured) for name in names},
        percentile(milliseconds, 0.5),
        percentile(milliseconds, 0.95),
        {
            query.query_id: values[names[0]]
            for query, values in zip(collection.queries, measured, strict=True)
        },
    )


def measure(query: Query, hits: Sequence[Hit], files: Mapping[str, str], *, k: int) -> dict[str, float]:
    """Return the measures of one query's hits; `files` is document by file."""
    if query.spans:
        return {"share of answer": _answer_share(query, hits, files)}
    ranking = list(dict.fromkeys(files.get(hit.file_id, hit.file_id) for hit in hits))
    return {
        f"nDCG@{k}": ndcg(ranking, query.grades, k),
        f"recall@{k}": recall(ranking, query.grades, k),
        f"MRR@{k}": reciprocal_rank(ranking, query.grades, k),
    }


def _answer_share(query: Query, hits: Sequence[Hit], files: Mapping[str, str]) -> float:
    document_id = query.spans[0].document_id
    found: list[tuple[int, int]] = []
    left = _CONTEXT_CHARACTERS
    for hit in hits:
        end = min(hit.end, hit.start + left)
        left -= end - hit.start
        if files.get(hit.file_id) == document_id:
            found.append((hit.start, end))
    return covered_share([(span.start, span.end) for span in query.spans], found)
