"""One evaluation: a collection loaded into a service, asked in each mode, and measured."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePath

from app.core.errors import UpstreamFailed
from app.evaluation.client import EvaluatedService, Hit, together
from app.evaluation.collections import Collection, Query
from app.evaluation.measures import covered_share, ndcg, percentile, recall, reciprocal_rank

# Chroma's chunking evaluation asks how much of an answer a context of this many characters holds.
_CONTEXT_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True)
class ModeResult:
    """What one mode reached: means over the queries, latencies in milliseconds, and the first measure by query.

    Of a mode that the service refused there is only its reason.
    """

    mode: str
    measures: Mapping[str, float] = field(default_factory=dict)
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    by_query: Mapping[str, float] = field(default_factory=dict)
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """An evaluation that was done. The first measure of each mode is the one that is compared.

    `missing` are documents with judgements that a store, which was there already, does not hold.
    """

    collection: str
    k: int
    modes: Sequence[ModeResult]
    kept_store_id: str | None = None
    missing: Sequence[str] = ()

    @property
    def answered(self) -> Sequence[ModeResult]:
        """The modes that the service did not refuse."""
        return [mode for mode in self.modes if mode.refusal is None]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The store that is asked, and document by file of what it holds; `files` fills while it is loaded."""

    store_id: str
    files: dict[str, str]


async def evaluate(
    service: EvaluatedService, collection: Collection, modes: Sequence[str], *, k: int, keep: bool = False
) -> RunResult:
    """Load the collection, ask all queries in each mode, and measure. What was loaded is deleted unless kept."""
    asked = _Asked(await service.make_store(f"evaluation of {collection.name}"), {})
    try:
        await service.fill(asked.store_id, collection.documents, asked.files)
        results = [await _ask(service, collection, asked, mode=mode, k=k) for mode in modes]
    finally:
        if not keep:
            await service.clear(asked.store_id, asked.files)
    return RunResult(collection.name, k, results, asked.store_id if keep else None)


async def evaluate_store(
    service: EvaluatedService, collection: Collection, modes: Sequence[str], *, store: str, k: int
) -> RunResult:
    """Ask all queries of a store that is there, by its id or name. Nothing is loaded, nothing deleted.

    Graded documents are named by filename or file id, those with spans by filename without its suffix or by file id.
    """
    store_id = await service.find_store(store)
    files = await service.list_files(store_id)
    if collection.has_spans:
        files = {file_id: PurePath(name).stem for file_id, name in files.items()}
    asked = _Asked(store_id, files)
    results = [await _ask(service, collection, asked, mode=mode, k=k) for mode in modes]
    missing = collection.judged - files.keys() - set(files.values())
    return RunResult(collection.name, k, results, missing=sorted(missing))


async def _ask(
    service: EvaluatedService, collection: Collection, asked: _Asked, *, mode: str, k: int
) -> ModeResult:
    try:
        answers = await together(
            service.search(asked.store_id, query.text, mode) for query in collection.queries
        )
    except UpstreamFailed as refusal:
        return ModeResult(mode, refusal=refusal.message)
    measured = [
        measure(query, hits, asked.files, k=k)
        for query, (hits, _) in zip(collection.queries, answers, strict=True)
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
    """Return the measures of one query's hits; `files` is document by file, which judgements may name as well."""
    if query.spans:
        return {"share of answer": _answer_share(query, hits, files)}
    ranking = list(
        dict.fromkeys(
            hit.file_id if hit.file_id in query.grades else files.get(hit.file_id, hit.file_id)
            for hit in hits
        )
    )
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
        if document_id in (hit.file_id, files.get(hit.file_id)):
            found.append((hit.start, end))
    return covered_share([(span.start, span.end) for span in query.spans], found)
