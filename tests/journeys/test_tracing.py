"""Traces: which spans a request has, what they say, and that they hold no content."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from app.core import telemetry
from app.main import create_app
from app.settings import Settings
from tests.conftest import MakeServer
from tests.processes import wait_until
from tests.serving import LiveServer, serve

TRACE = "0af7651916cd43dd8448eb211c80319c"
SECRETS = ("zanzibar", "nine months", "handbook")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What is recorded during the test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with telemetry.recorded_by(provider):
        yield exporter


@pytest.fixture
def server(make_server: MakeServer, upstream_url: str) -> LiveServer:
    served = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    body = {"text": "In Zanzibar parental leave lasts nine months.", "filename": "handbook.txt"}
    httpx.post(f"{served.v1}/ingest", json=body).raise_for_status()
    return served


def ask(server: LiveServer, **fields: Any) -> httpx.Response:
    body = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "How long is leave in Zanzibar?"}],
    }
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    return httpx.post(f"{server.v1}/chat/completions", json=body | fields, headers=headers)


def named(spans: InMemorySpanExporter, prefix: str) -> ReadableSpan:
    (found,) = [each for each in of_trace(spans) if each.name.startswith(prefix)]
    return found


def of_trace(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return [each for each in spans.get_finished_spans() if f"{each.context.trace_id:032x}" == TRACE]


@pytest.mark.parametrize("stream", [False, True])
def test_a_chat_is_a_trace(server: LiveServer, spans: InMemorySpanExporter, *, stream: bool) -> None:
    """The caller's trace goes on: the request, in it the search with its embedding, and the model's answer."""
    ask(server, stream=stream, temperature=0.5, max_tokens=50).raise_for_status()
    assert wait_until(lambda: len(of_trace(spans)) >= 4)

    request = named(spans, "POST /v1/chat/completions")
    retrieval = named(spans, "retrieval vs_")
    embedding = named(spans, "embeddings text-embedding-3-small")
    chat = named(spans, "chat gpt-4o-mini")
    assert [request.kind, chat.kind, retrieval.kind] == [SpanKind.SERVER, SpanKind.CLIENT, SpanKind.CLIENT]
    assert {parent_of(chat), parent_of(retrieval)} == {request.context.span_id}
    assert parent_of(embedding) == retrieval.context.span_id
    assert attributes(request)["http.response.status_code"] == 200
    assert attributes(request)["http.route"] == "/v1/chat/completions"
    assert (
        attributes(embedding).items()
        >= {
            "gen_ai.operation.name": "embeddings",
            "gen_ai.embeddings.dimension.count": 1536,
            "gen_ai.usage.input_tokens": 3,
        }.items()
    )
    assert attributes(retrieval)["gen_ai.data_source.id"].startswith("vs_")
    assert attributes(retrieval)["footnote.retrieval.snippets"] == 1
    said = attributes(chat)
    assert said.pop("gen_ai.response.time_to_first_chunk") > 0
    assert said == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 50,
        "gen_ai.response.model": "gpt-4o-mini-2026-01-01",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.usage.output_tokens": 7,
    }


def test_failures_name_their_kind_and_quote_nothing(server: LiveServer, spans: InMemorySpanExporter) -> None:
    """Neither questions nor documents, names or messages of errors are in any span."""
    ask(server, model="gpt-500", stream=True)
    httpx.get(f"{server.v1}/files/handbook.txt")
    search = {"query": "Zanzibar", "max_num_results": "many"}
    httpx.post(f"{server.v1}/vector_stores/handbook/search", json=search)
    assert wait_until(
        lambda: any(each.name.startswith("POST /v1/vector_stores") for each in spans.get_finished_spans())
    )

    chat, request = named(spans, "chat gpt-500"), named(spans, "POST /v1/chat/completions")
    assert attributes(chat)["error.type"] == "UpstreamFailed"
    assert attributes(request)["error.type"] == "502"
    assert {chat.status.status_code, request.status.status_code} == {StatusCode.ERROR}
    everything = "".join(each.to_json() for each in spans.get_finished_spans()).casefold()
    assert "get /v1/files/{file_id}" in everything
    assert [secret for secret in SECRETS if secret in everything] == []


def test_spans_go_to_the_collector_that_the_environment_names(clean_url: str) -> None:
    """By OTLP over HTTP, with the service's name. Without the setting nothing is sent."""
    received: list[ExportTraceServiceRequest] = []
    collector = FastAPI()

    @collector.post("/v1/traces")
    async def collect(request: Request) -> Response:
        message = ExportTraceServiceRequest()
        message.ParseFromString(await request.body())
        received.append(message)
        return Response()

    with serve(collector) as collecting:
        for endpoint in (None, collecting.url):
            settings = Settings(_env_file=None, database_url=clean_url, otel_exporter_otlp_endpoint=endpoint)
            with serve(create_app(settings)) as server:
                httpx.get(f"{server.v1}/models").raise_for_status()

    sent = [resource for message in received for resource in message.resource_spans]
    names = {span.name for resource in sent for scope in resource.scope_spans for span in scope.spans}
    services = {
        attribute.value.string_value
        for resource in sent
        for attribute in resource.resource.attributes
        if attribute.key == "service.name"
    }
    assert len(received) == 1
    assert names == {"GET /v1/models"}
    assert services == {"footnote"}


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def parent_of(span: ReadableSpan) -> int:
    assert span.parent is not None
    return span.parent.span_id
