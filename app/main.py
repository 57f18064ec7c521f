"""The application: middleware, routers, error handlers, and the services for as long as it runs."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from app import __version__
from app.api import (
    answers,
    completions,
    conversations,
    embeddings,
    file_batches,
    files,
    ingest,
    models,
    operations,
    pages,
    responses,
    retrievals,
    sources,
    uploads,
    vector_store_files,
    vector_stores,
)
from app.api.bodies import ContentDecoding
from app.api.errors import add_error_handlers
from app.api.middleware import Exchange, HeadersOnly, HeadLimit, LoopbackGuard, SizeLimit, WholeForOldClients
from app.core import garbage, telemetry
from app.core.telemetry import configure_logging
from app.core.text import load_tokens
from app.mcp import endpoint as mcp_endpoint
from app.services import ApiSettings, Services, build_services, make_api_settings
from app.settings import Settings
from app.startup import open_database

_EXPOSED_HEADERS = (
    "x-request-id",
    "openai-processing-ms",
    "retry-after",
    "idempotency-replayed",
    "retry-after-ms",
    "x-footnote-provider",
    "x-footnote-retrieval-id",
    *(f"x-ratelimit-{what}-requests" for what in ("limit", "remaining", "reset")),
    *(f"x-ratelimit-{what}-tokens" for what in ("limit", "remaining", "reset")),
)


class State(TypedDict):
    """What each request finds in its state."""

    services: Services
    mcp: mcp_endpoint.LateMcp


def serve_app() -> FastAPI:
    """Return the application for a server process, and set up its logs."""
    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    app = create_app(settings)
    _look_for_cycles_seldom()
    return app


def _look_for_cycles_seldom() -> None:
    """Keep the garbage collector from walking through what was loaded at start-up, and from running for each request."""
    gc.collect()
    gc.freeze()
    garbage.look_seldom()


def create_app(settings: Settings) -> FastAPI:
    """Return the application; its database is opened and migrated when it starts."""
    api_settings = make_api_settings(settings, __version__)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        with telemetry.exported_to(settings.otel_exporter_otlp_endpoint, __version__):
            async with (
                open_database(settings.server_urls, settings.data_dir) as database_urls,
                build_services(settings, database_urls, api_settings) as services,
                mcp_endpoint.open_mcp(services, model=settings.chat_model) as mcp,
            ):
                await asyncio.to_thread(load_tokens)
                yield {"services": services, "mcp": mcp}

    app = FastAPI(
        title="Footnote",
        version=__version__,
        summary="Answers from your documents, with footnotes, to any OpenAI client.",
        lifespan=lifespan,
        # What it records of a refused request quotes the request.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=_middleware(settings, api_settings),
    )
    # A request is compared with one route after another: those that are asked most come first.
    rooms = (
        answers,
        vector_stores,
        models,
        responses,
        embeddings,
        files,
        ingest,
        completions,
        conversations,
        uploads,
        mcp_endpoint,
    )
    for room in (*rooms, retrievals, sources, vector_store_files, file_batches, operations, pages):
        # To include a router would match each request twice, and cost as much as the rest of FastAPI.
        app.router.routes.extend(room.router.routes)
    pages.mount_static(app)
    add_error_handlers(app)
    return app


def _middleware(settings: Settings, api_settings: ApiSettings) -> list[Middleware]:
    stack = [Middleware(Exchange), Middleware(HeadLimit), Middleware(WholeForOldClients)]
    if settings.cors_origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED_HEADERS,
        )
        stack.append(cors)
    if not settings.bootstrap_keys and not settings.allow_unauthenticated:
        stack.append(Middleware(LoopbackGuard, settings.cors_origins))
    stack += [Middleware(ContentDecoding), Middleware(SizeLimit, api_settings)]
    stack.append(Middleware(HeadersOnly))
    return stack
