"""POST /v1/ingest: a file by multipart, or texts as JSON, into a store. Every file goes through the queue."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json, validate
from app.api.dependencies import ApiSettingsDep, CallerDep, IntakeDep, ProvidersDep
from app.api.documentation import documented
from app.api.forms import UploadForm, disk_errors, read_upload
from app.core.errors import InvalidRequest
from app.core.folders import temporary_folder
from app.core.text import clean_text, plain_name
from app.library.ingest import IngestFile, Submitted
from app.library.intake import TakenIn
from app.providers.select import Providers
from app.wire.ingest import IngestNotes, IngestRequest, IngestText, ingest_body, replaced_fields
from app.wire.vector_store_files import vector_store_file_body

router = APIRouter(tags=["ingest"])

_FORM_FIELDS = frozenset({"vector_store", "source", "metadata", "attributes", "wait", "replace"})
_JSON_FIELDS = frozenset({"metadata", "attributes", "wait", "replace"})


@router.post("/v1/ingest", openapi_extra=documented(IngestRequest))
async def ingest(
    request: Request,
    intake: IntakeDep,
    api_settings: ApiSettingsDep,
    providers: ProvidersDep,
    caller: CallerDep,
) -> Response:
    """Take in files (multipart, field `file`) or texts (JSON) and return once they are searchable, or at once."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        async with read_upload(request, max_bytes=api_settings.max_upload_bytes) as form:
            notes, incoming = _from_form(form)
            taken = await intake.take_in(caller, notes.vector_store, incoming, wait=notes.wait)
            return _response(taken, providers)

    body = await read_json(request, IngestRequest)
    items = body.items()
    for position, item in enumerate(items):
        if not clean_text(item.text).strip():
            raise InvalidRequest(
                f"texts[{position}] holds no text.", param=f"texts[{position}]", code="no_text_found"
            )
    with ExitStack() as stack:
        with disk_errors():
            folder = stack.enter_context(temporary_folder())
            incoming = [
                _from_text(item, folder / f"{number}.txt", replace=body.replace)
                for number, item in enumerate(items)
            ]
        taken = await intake.take_in(caller, body.vector_store, incoming, wait=body.wait)
    return _response(taken, providers)


def _from_form(form: UploadForm) -> tuple[IngestNotes, list[IngestFile]]:
    notes = validate(_form_notes(form), IngestNotes)
    incoming = [
        IngestFile(
            path=upload.path,
            filename=upload.filename,
            source=notes.source,
            attributes=notes.attributes,
            metadata=notes.metadata,
            replace=notes.replace,
        )
        for upload in form.files
    ]
    return notes, incoming


def _response(taken: TakenIn, providers: Providers) -> Response:
    body = ingest_body(taken.store.public_id, [_file_body(entry) for entry in taken.files])
    return json_response(body, headers={"x-footnote-provider": providers.embeddings.name})


def _file_body(submitted: Submitted) -> dict[str, Any]:
    store_id = submitted.store.public_id
    body: dict[str, Any] = vector_store_file_body(submitted.membership, submitted.file, store_id=store_id)
    body |= {"file_id": submitted.file.public_id, "reused": submitted.reused}
    return body | replaced_fields(submitted.replaced_by) if submitted.is_gone else body


def _from_text(item: IngestText, path: Path, *, replace: bool) -> IngestFile:
    path.write_text(clean_text(item.text), encoding="utf-8")
    return IngestFile(
        path=path,
        filename=plain_name(item.filename or "text.txt"),
        source=item.source,
        attributes=item.attributes,
        metadata=item.metadata,
        replace=replace,
    )


def _form_notes(form: UploadForm) -> dict[str, object]:
    notes: dict[str, object] = {}
    for name, value in form.fields:
        if name not in _FORM_FIELDS:
            raise InvalidRequest(
                f"Unknown parameter: '{name[:64]}'.", param=name[:64], code="unknown_parameter"
            )
        if value:
            notes[name] = _json_field(name, value) if name in _JSON_FIELDS else value
    return notes


def _json_field(name: str, value: str) -> object:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"'{name}' must be JSON.", param=name, code="invalid_type") from error
