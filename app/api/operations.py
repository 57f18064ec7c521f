"""/healthz, /readyz and /metrics: whether the process lives, whether it can serve, and what it has done."""

import asyncio
import time

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily

from app.api.bodies import json_response
from app.api.dependencies import ApiSettingsDep, CallerDep, DatabaseDep, HealthDep, KeysDep, ProvidersDep
from app.core import telemetry as measures
from app.core.errors import DiskFull, FootnoteError
from app.core.folders import NO_TEMPORARY_ROOM, has_temporary_room
from app.core.waiting import within
from app.db.database import Database
from app.db.vector_indexes import StoreIndex

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
    return Response(measures.page(await _gauges(database)), media_type=CONTENT_TYPE_LATEST)


async def _gauges(database: Database) -> list[GaugeMetricFamily]:
    pool = measures.pool_connections.family(database.pool())
    system = database.system("metrics")
    try:
        queue, indexes = await asyncio.gather(
            within(_CHECK_SECONDS, system.jobs.standing()),
            within(_CHECK_SECONDS, system.vector_indexes.list()),
        )
    except (FootnoteError, TimeoutError):
        return [pool, measures.database_up.single(0)]
    return [
        pool,
        measures.database_up.single(1),
        measures.queue_files.single(queue.files),
        measures.queue_oldest_seconds.single(queue.oldest_seconds),
        *_of_indexes([index for index in indexes if index.lists is not None]),
    ]


def _of_indexes(indexes: list[StoreIndex]) -> list[GaugeMetricFamily]:
    return [
        measures.index_lists.family({index.public_id: index.lists or 0 for index in indexes}),
        measures.index_probes.family({index.public_id: index.probes or 0 for index in indexes}),
        measures.index_recall.family({index.public_id: index.recall or 0.0 for index in indexes}),
        measures.index_gain.family({index.public_id: index.gain or 0.0 for index in indexes}),
    ]


async def _ping(database: Database) -> list[str]:
    try:
        await within(_CHECK_SECONDS, database.ping())
    except DiskFull as error:
        return [error.message]
    except (FootnoteError, TimeoutError):
        return ["PostgreSQL does not answer."]
    return []


def _warnings(database: Database) -> list[str]:
    """Return what does not work although searches and deletions do."""
    warnings = [] if has_temporary_room() else [NO_TEMPORARY_ROOM]
    try:
        database.check_room()
    except DiskFull as error:
        warnings.append(error.message)
    return warnings
