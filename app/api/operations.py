"""/healthz, /readyz and /metrics: whether the process lives, whether it can serve, and what it has done."""

import asyncio
import time

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.bodies import json_response
from app.api.dependencies import ApiSettingsDep, CallerDep, DatabaseDep, HealthDep, KeysDep, ProvidersDep
from app.core import metrics as measures
from app.core.errors import DiskFull, FootnoteError
from app.db.database import Database

router = APIRouter(tags=["operations"])

_CHECK_SECONDS = 5.0


@router.get("/healthz")
async def healthz(database: DatabaseDep) -> Response:
    """Say that the process can serve; 503 when its database has been gone for more than a minute."""
    response = json_response({"status": "database_gone" if database.pulse.is_gone else "ok"})
    response.status_code = 503 if database.pulse.is_gone else 200
    return response


@router.get("/readyz")
async def readyz(
    database: DatabaseDep,
    health: HealthDep,
    providers: ProvidersDep,
    keys: KeysDep,
    api_settings: ApiSettingsDep,
) -> Response:
    """Say whether requests can be served, and by which providers; 503 with the reasons when not."""
    without_database, without_provider = await asyncio.gather(
        _ping(database), health.reasons(time.monotonic())
    )
    # Chats and embeddings of one upstream lack the same key: that is one reason.
    reasons = list(dict.fromkeys([*without_database, *without_provider.values()]))
    body = {
        "status": "not_ready" if reasons else "ready",
        "version": api_settings.version,
        "provider": providers.names,
        "auth_required": not await keys.may_be_open(),
        "reasons": reasons,
        "warnings": _warnings(database),
    }
    response = json_response(body, headers={"x-footnote-provider": providers.chat.name})
    response.status_code = 503 if reasons else 200
    return response


@router.get("/metrics")
async def metrics(caller: CallerDep, database: DatabaseDep) -> Response:  # noqa: ARG001 - the caller is checked
    """Return counters for Prometheus. What only the database knows is asked now."""
    await _note_database(database)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _note_database(database: Database) -> None:
    for state, connections in database.pool().items():
        measures.pool_connections.labels(state).set(connections)
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            queue = await database.system("metrics").jobs.standing()
    except (FootnoteError, TimeoutError):
        measures.database_up.set(0)
        return
    measures.database_up.set(1)
    measures.queue_files.set(queue.files)
    measures.queue_oldest_seconds.set(queue.oldest_seconds)


async def _ping(database: Database) -> list[str]:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await database.ping()
    except DiskFull as error:
        return [error.message]
    except (FootnoteError, TimeoutError):
        return ["PostgreSQL does not answer."]
    return []


def _warnings(database: Database) -> list[str]:
    """Return what does not work although searches and deletions do."""
    try:
        database.check_room()
    except DiskFull as error:
        return [error.message]
    return []
