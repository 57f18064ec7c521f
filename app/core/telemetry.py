"""What the server tells of itself: logs as events, figures for Prometheus, spans for OpenTelemetry. Never content.

The processes of one server count together: `footnote serve` gives them a folder for their figures, in which
prometheus_client keeps them (its multiprocess mode, PROMETHEUS_MULTIPROC_DIR). Without an exporter no span is recorded.
The tracer is our own and not the process's: what libraries record holds texts.
"""

import asyncio
import logging
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import TracebackType
from typing import Any, Literal

import orjson
import stamina.instrumentation
import structlog
from opentelemetry import context, propagate, trace
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer
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
from stamina.instrumentation import RetryDetails
from structlog.typing import EventDict, WrappedLogger

log = structlog.get_logger()

_SECRET = re.compile(r"\b(?:sk|fn)[-_][A-Za-z0-9_-]{8,}|Bearer\s+\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")


def configure_logging(*, level: str, style: Literal["auto", "text", "json"]) -> None:
    """Send our logs and those of the libraries to standard error, in one form."""
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _strike_secrets,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer(_dumps)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # Events below the level cost nothing.
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "alembic", "mcp", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # The library's own hooks would log the arguments, which hold texts, and upstream's words.
    stamina.instrumentation.set_on_retry_hooks([_log_retry])


def current_request_id() -> str | None:
    """Return the id of the request that is being answered, None outside of one."""
    value = structlog.contextvars.get_contextvars().get("request_id")
    return value if isinstance(value, str) else None


def _log_retry(details: RetryDetails) -> None:
    log.info(
        "retry_scheduled",
        work=details.name,
        attempts=details.retry_num,
        caused_by=type(details.caused_by).__name__,
        pause_seconds=round(details.wait_for, 2),
    )


def _strike_secrets(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {
        key: _SECRET.sub("***", value) if isinstance(value, str) else value for key, value in event.items()
    }


def _dumps(value: object, **_: object) -> str:
    return orjson.dumps(value, default=str).decode()


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


def note_search(route: str) -> None:
    _of_way(route).inc()


def note_citation(*, verified: bool) -> None:
    _of_verdict(str(verified).lower()).inc()


def note_chat_call(provider: str) -> None:
    _of_provider(provider).inc()


def note_embedding_call(provider: str, purpose: str, texts: int) -> None:
    _of_embedding(provider, purpose).inc()
    _of_texts(provider, purpose).inc(texts)


def note_upstream_call(path: str, outcome: str) -> None:
    _of_outcome(path, outcome).inc()


_of_way, _of_verdict = cache(searches.labels), cache(citations.labels)
_of_provider, _of_outcome = cache(chat_calls.labels), cache(upstream_calls.labels)
_of_embedding, _of_texts = cache(embedding_calls.labels), cache(embedded_texts.labels)


class SearchClock:
    """Seconds by step of one search."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def note(self, step: str) -> None:
        """Note that a step has ended."""
        now = time.perf_counter()
        self.seconds[step], self._last = now - self._last, now
        _of_step(step).observe(self.seconds[step])


_of_step = cache(search_step_seconds.labels)


Attributes = Mapping[str, Any]

# Whoever hangs up has not failed.
_NO_ERRORS = (asyncio.CancelledError, GeneratorExit)
_LEAST_SERVER_ERROR = 500


class _Current:
    tracer: Tracer | None = None


@contextmanager
def exported_to(endpoint: str | None, version: str) -> Iterator[None]:
    """Send spans to an OTLP collector (by HTTP) until the block ends; None sends nothing. The extra `otel` has the packages."""
    if endpoint is None:
        yield
        return
    resources, sdk, export, otlp = (
        import_module(f"opentelemetry.{name}")
        for name in (
            "sdk.resources",
            "sdk.trace",
            "sdk.trace.export",
            "exporter.otlp.proto.http.trace_exporter",
        )
    )
    # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
    ours = resources.Resource.create({"service.name": "footnote", "service.version": version})
    provider = sdk.TracerProvider(resource=ours.merge(resources.OTELResourceDetector().detect()))
    exporter = otlp.OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    try:
        with recorded_by(provider):
            yield
    finally:
        provider.shutdown()


@contextmanager
def recorded_by(provider: trace.TracerProvider) -> Iterator[None]:
    """Record spans with this provider until the block ends."""
    _Current.tracer = provider.get_tracer("footnote")
    try:
        yield
    finally:
        _Current.tracer = None


def are_spans_recorded() -> bool:
    return _Current.tracer is not None


@contextmanager
def request_span(method: str, headers: Iterable[tuple[bytes, bytes]]) -> Iterator[Span]:
    """Open the span of an HTTP request. It continues the trace that the caller's `traceparent` names."""
    if _Current.tracer is None:
        yield INVALID_SPAN
        return
    carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    token = context.attach(propagate.extract(carrier))
    try:
        with span(method, {"http.request.method": method}, kind=SpanKind.SERVER) as opened:
            yield opened
    finally:
        context.detach(token)


def note_response(opened: Span, *, method: str, route: str, status: int | None) -> None:
    """Note how a request was answered; without a status its client hung up before."""
    if not opened.is_recording():
        return
    opened.update_name(f"{method} {route}")
    opened.set_attribute("http.route", route)
    if status is not None:
        opened.set_attribute("http.response.status_code", status)
        if status >= _LEAST_SERVER_ERROR:
            _note_error(opened, str(status))


def span(
    name: str, attributes: Attributes, *, kind: SpanKind = SpanKind.INTERNAL, is_current: bool = True
) -> AbstractContextManager[Span]:
    """Open a span. One that is open across a generator's yields must not be the current one."""
    if _Current.tracer is None:
        return nullcontext(INVALID_SPAN)
    return _Opened(_Current.tracer.start_span(name, kind=kind, attributes=attributes), is_current=is_current)


class _Opened(AbstractContextManager[Span]):
    """A span that ends with its block, and says whether the block failed."""

    def __init__(self, opened: Span, *, is_current: bool) -> None:
        self._span = opened
        self._token = context.attach(trace.set_span_in_context(opened)) if is_current else None

    def __enter__(self) -> Span:
        return self._span

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        # Only the class: a message may quote a document.
        if kind is not None and not issubclass(kind, _NO_ERRORS):
            _note_error(self._span, kind.__qualname__)
        if self._token is not None:
            context.detach(self._token)
        self._span.end()


def _note_error(opened: Span, kind: str) -> None:
    opened.set_attribute("error.type", kind)
    opened.set_status(Status(StatusCode.ERROR))
