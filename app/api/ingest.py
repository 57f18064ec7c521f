"""POST /v1/ingest: a file by multipart, or texts as JSON, into a store; the answer comes when they are searchable."""

import tempfile
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, judge, read_json
from app.api.dependencies import CallerDep, ServicesDep
from app.api.documentation import documented
from app.api.forms import UploadForm, plain_name, read_upload
from app.core.errors import InvalidRequest
from app.core.text import clean_text
from app.core.types import Caller
from app.ingest.pipeline import Ingested, IngestFile
from app.services import Services
from app.wire.ingest import IngestNotes, IngestRequest, IngestText, ingest_body
from app.wire.vector_store_files import vector_store_file_body

router = APIRouter(tags=["ingest"])

_FORM_FIELDS = frozenset({"vector_store", "source", "metadata", "attributes"})


@router.post("/v1/ingest", openapi_extra=documented(IngestRequest))
async def ingest(request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Take in files (multipart, field `file`) or texts (JSON) and return once they are searchable."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        async with read_upload(request, max_bytes=services.door.max_upload_bytes) as form:
            return await _ingest_form(services, caller, form)

    body = await read_json(request, IngestRequest)
    items = body.items()
    for position, item in enumerate(items):
        if not clean_text(item.text).strip():
            raise InvalidRequest(
                f"texts[{position}] holds no text.", param=f"texts[{position}]", code="no_text_found"
            )
    with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
        incoming = [_from_text(item, Path(folder) / f"{number}.txt") for number, item in enumerate(items)]
        return await _ingest_all(services, caller, body.vector_store, incoming)


async def _ingest_form(services: Services, caller: Caller, form: UploadForm) -> Response:
    notes = judge(_form_notes(form), IngestNotes)
    incoming = [
        IngestFile(
            path=upload.path,
            filename=upload.filename,
            source=notes.source,
            attributes=notes.attributes,
            metadata=notes.metadata,
        )
        for upload in form.files
    ]
    return await _ingest_all(services, caller, notes.vector_store, incoming)


async def _ingest_all(
    services: Services, caller: Caller, store_reference: str | None, incoming: list[IngestFile]
) -> Response:
    store = await services.pipeline.find_or_create_store(caller, store_reference)
    done = [await services.pipeline.ingest(caller, store, file) for file in incoming]
    services.index_care.nudge()
    body = ingest_body(store.public_id, [_file_body(ingested) for ingested in done])
    return json_response(body, headers={"x-footnote-provider": services.providers.embeddings.name})


def _file_body(ingested: Ingested) -> dict[str, Any]:
    store_id = ingested.store.public_id
    body: dict[str, Any] = vector_store_file_body(ingested.membership, ingested.file, store_id=store_id)
    return body | {"file_id": ingested.file.public_id, "reused": ingested.reused}


def _from_text(item: IngestText, path: Path) -> IngestFile:
    path.write_text(clean_text(item.text), encoding="utf-8")
    return IngestFile(
        path=path,
        filename=plain_name(item.filename or "text.txt"),
        source=item.source,
        attributes=item.attributes or {},
        metadata=item.metadata or {},
    )


def _form_notes(form: UploadForm) -> dict[str, object]:
    notes: dict[str, object] = {}
    for name, value in form.fields:
        if name not in _FORM_FIELDS:
            raise InvalidRequest(
                f"Unknown parameter: '{name[:64]}'.", param=name[:64], code="unknown_parameter"
            )
        if value:
            notes[name] = _json_field(name, value) if name in ("metadata", "attributes") else value
    return notes


def _json_field(name: str, value: str) -> object:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"'{name}' must be a JSON object.", param=name, code="invalid_type") from error
