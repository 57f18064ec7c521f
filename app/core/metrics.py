"""Counters and gauges, as Prometheus reads them.

The processes of one server count together: `footnote serve` gives them a folder for their figures, in which
prometheus_client keeps them (its multiprocess mode, PROMETHEUS_MULTIPROC_DIR).
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST"})
_LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)

requests = Counter("footnote_requests", "Requests by route and status", ["method", "route", "status"])
request_seconds = Histogram(
    "footnote_request_seconds",
    "Time to the end of an answer, streams included",
    ["route"],
    buckets=_LATENCIES,
)
first_token_seconds = Histogram(
    "footnote_first_token_seconds", "Time to a model's first word, search included", buckets=_LATENCIES
)
tokens = Counter("footnote_tokens", "Tokens used by chats and embeddings", ["kind"])
search_step_seconds = Histogram(
    "footnote_search_step_seconds", "Time of a search by its steps", ["step"], buckets=_LATENCIES
)
upstream_calls = Counter("footnote_upstream_calls", "Calls of upstream by outcome", ["path", "outcome"])
database_reads = Counter(
    "footnote_database_reads", "Reads of callers, where there are replicas, by who answered", ["server"]
)
chat_calls = Counter("footnote_chat_calls", "Answers asked of a chat provider", ["provider"])
embedding_calls = Counter(
    "footnote_embedding_calls", "Calls of an embedding provider", ["provider", "purpose"]
)
embedded_texts = Counter(
    "footnote_embedded_texts", "Texts sent to an embedding provider", ["provider", "purpose"]
)
reused_embeddings = Counter("footnote_reused_embeddings", "Chunks whose embedding was known before")
removed_markers = Counter(
    "footnote_removed_markers", "Markers in answers that named no snippet of the prompt"
)
citations = Counter("footnote_citations", "Citations sent", ["verified"])
unhandled_errors = Counter("footnote_unhandled_errors", "Requests that ended in an unforeseen error")
known_queries = Counter("footnote_known_queries", "Queries whose embedding was still known")
rewrites = Counter("footnote_rewrites", "Queries asked of a model", ["outcome"])
reranks = Counter("footnote_reranks", "Lists of snippets sent to the re-ranker", ["outcome"])
decisions = Counter("footnote_decisions", "Lists of doubtful citations shown to a model", ["outcome"])
searches = Counter("footnote_searches", "Searches by the way they went", ["route"])
unlimited_requests = Counter(
    "footnote_unlimited_requests", "Counts for limits that were skipped because their storage was down"
)
index_care_failures = Counter(
    "footnote_index_care_failures", "Index builds, checks and clean-ups that failed; the log names the store"
)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that is asked for when somebody reads the metrics, by whichever process is asked."""

    name: str
    documentation: str
    labels: tuple[str, ...] = ()

    def family(self, values: Mapping[str, float]) -> GaugeMetricFamily:
        """Return the figure as Prometheus reads it: one value for each value of the label."""
        family = GaugeMetricFamily(self.name, self.documentation, labels=self.labels)
        for label, value in values.items():
            family.add_metric([label], value)
        return family

    def single(self, value: float) -> GaugeMetricFamily:
        """Return the figure that has no label."""
        return GaugeMetricFamily(self.name, self.documentation, value=value)


database_up = Gauge("footnote_database_up", "Whether PostgreSQL answered when the metrics were asked for")
pool_connections = Gauge(
    "footnote_pool_connections",
    "Connections to PostgreSQL that transactions of this process share",
    ("state",),
)
queue_files = Gauge("footnote_queue_files", "Files that are not read yet")
queue_oldest_seconds = Gauge("footnote_queue_oldest_seconds", "How long the oldest of them waits")
index_lists = Gauge("footnote_index_lists", "Lists of a store's IVFFlat index", ("vector_store_id",))
index_probes = Gauge("footnote_index_probes", "Lists that a search reads", ("vector_store_id",))
index_recall = Gauge(
    "footnote_index_recall", "Measured share of the exact top ten that the index finds", ("vector_store_id",)
)
index_gain = Gauge(
    "footnote_index_gain", "How many times faster than a scan the index is", ("vector_store_id",)
)


def page(gauges: Iterable[GaugeMetricFamily]) -> bytes:
    """Return all that the server's processes have counted, and these gauges, as Prometheus reads them."""
    asked = CollectorRegistry()
    asked.register(_Asked(tuple(gauges)))
    return generate_latest(_counted()) + generate_latest(asked)


def _counted() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    ProcessCollector(registry=registry)
    return registry


@dataclass(frozen=True, eq=False)
class _Asked(Collector):
    """Gauges whose values are known already."""

    gauges: tuple[GaugeMetricFamily, ...]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self.gauges


def note_request(method: str, route: str, status: int | None, seconds: float) -> None:
    """Count a request that has ended. Without a status its client hung up before the answer."""
    counter, histogram = _of_route(method if method in _METHODS else "other", route, str(status or "none"))
    counter.inc()
    histogram.observe(seconds)


@cache
def _of_route(method: str, route: str, status: str) -> tuple[Counter, Histogram]:
    """Looking a child up by its labels costs more than counting."""
    return requests.labels(method, route, status), request_seconds.labels(route)


def note_tokens(prompt: int, completion: int) -> None:
    _prompt_tokens.inc(prompt)
    _completion_tokens.inc(completion)


_prompt_tokens, _completion_tokens = tokens.labels("prompt"), tokens.labels("completion")


def note_search_step(step: str, seconds: float) -> None:
    _of_step(step).observe(seconds)


_of_step = cache(search_step_seconds.labels)
