"""POST /v1/ingest: a file by multipart, or texts as JSON, into a store; the answer comes when they are searchable."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from app.api.bodies import json_response, judge, read_json
from app.api.dependencies import CallerDep, ServicesDep
from app.api.documentation import documented
from app.core.errors import FootnoteError, InvalidRequest, TooLarge
from app.core.text import clean_text
from app.core.types import Caller
from app.ingest.pipeline import Ingested, IngestFile
from app.services import Services
from app.wire.ingest import IngestNotes, IngestRequest, IngestText, ingest_body
from app.wire.vector_stores import vector_store_file_body

router = APIRouter(tags=["ingest"])

_MOST_FILES = 20
_MOST_FIELDS = 20
_LARGEST_FIELD_BYTES = 100_000
_FORM_FIELDS = frozenset({"vector_store", "source", "metadata", "attributes"})


@router.post("/v1/ingest", openapi_extra=documented(IngestRequest))
async def ingest(request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Take in files (multipart, field `file`) or texts (JSON) and return once they are searchable."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        async with _read_form(request) as form:
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


async def _ingest_form(services: Services, caller: Caller, form: FormData) -> Response:
    uploads = [item for name, item in form.multi_items() if isinstance(item, UploadFile) and name == "file"]
    if not uploads:
        raise InvalidRequest(
            "Missing required parameter: 'file'.", param="file", code="missing_required_parameter"
        )

    notes = judge(_form_notes(form), IngestNotes)
    with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
        incoming = []
        for number, upload in enumerate(uploads):
            if upload.size is not None and upload.size > services.door.max_upload_bytes:
                limit = services.door.max_upload_bytes
                raise TooLarge(f"The file is too large: at most {limit} bytes are taken.", param="file")
            incoming.append(await _from_upload(upload, notes, Path(folder), number))
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
    body = vector_store_file_body(ingested.membership, ingested.file, store_id=store_id)
    return body | {"file_id": ingested.file.public_id, "reused": ingested.reused}


def _from_text(item: IngestText, path: Path) -> IngestFile:
    path.write_text(clean_text(item.text), encoding="utf-8")
    return IngestFile(
        path=path,
        filename=_plain_name(item.filename or "text.txt"),
        source=item.source,
        attributes=item.attributes or {},
        metadata=item.metadata or {},
    )


async def _from_upload(upload: UploadFile, notes: IngestNotes, folder: Path, number: int) -> IngestFile:
    filename = _plain_name(upload.filename or "file")
    path = folder / f"{number}{_safe_suffix(filename)}"
    with path.open("wb") as target:
        await anyio.to_thread.run_sync(shutil.copyfileobj, upload.file, target)
    return IngestFile(
        path=path,
        filename=filename,
        source=notes.source,
        attributes=notes.attributes,
        metadata=notes.metadata,
    )


def _plain_name(name: str) -> str:
    """Return the last part of a file name, without folders of either kind of system and without controls."""
    last = PureWindowsPath(PurePosixPath(clean_text(name)).name).name
    name = "".join(letter for letter in last if letter.isprintable())[-255:]
    return name if name.strip(". ") else "file"


def _safe_suffix(filename: str) -> str:
    suffix = Path(filename).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 10 else ""


def _form_notes(form: FormData) -> dict[str, object]:
    notes: dict[str, object] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            continue
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


@asynccontextmanager
async def _read_form(request: Request) -> AsyncIterator[FormData]:
    """Read a form; whatever is wrong with one is the sender's fault, never a 500."""
    with _form_errors():
        form = await request.form(
            max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD_BYTES
        )
    try:
        yield form
    finally:
        await form.close()


@contextmanager
def _form_errors() -> Iterator[None]:
    try:
        yield
    except FootnoteError:
        raise
    except Exception as error:
        # The parser raises classes of its own, KeyError and ValueError among them, on malformed forms.
        raise InvalidRequest("The multipart form could not be read.", param="file") from error
