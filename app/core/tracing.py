"""Spans of OpenTelemetry, by its GenAI conventions: a request, its search, its models. They hold numbers and ids, no content.

Without an exporter nothing is recorded. The tracer is our own and not the process's: what libraries record holds texts.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from types import TracebackType
from typing import Any

from opentelemetry import context, propagate, trace
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer

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
