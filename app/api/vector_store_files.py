"""/v1/vector_stores/{id}/files: attach, retrieve, list, update, detach, and the parsed text."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import CallerDep, PlainRoute, VectorStoreFilesDep, admitted
from app.api.documentation import documented
from app.api.pagination import PageDep, StatusDep
from app.core.file_status import FileStatus
from app.db.paging import Listed
from app.db.vector_store_files import StoreFile
from app.wire.vector_store_files import (
    VectorStoreFileCreateRequest,
    VectorStoreFileUpdateRequest,
    chunking_of,
    content_body,
    vector_store_file_body,
    vector_store_file_deleted_body,
)
from app.wire.vector_stores import list_body

router = APIRouter(prefix="/v1/vector_stores/{vector_store_id}/files", tags=["vector store files"])
_hot = APIRouter(prefix=router.prefix, tags=["vector store files"], route_class=PlainRoute)

_FIRST_LOOK_MS = 50
_LATEST_LOOK_MS = 250
# SDKs say that they poll. To hold their request until the file is read costs less than another request.
_POLLS = "x-stainless-poll-helper"
_PATIENCE_SECONDS = 0.25


@_hot.post("", openapi_extra=documented(VectorStoreFileCreateRequest))
async def create_vector_store_file(vector_store_id: str, request: Request) -> Response:
    """Put a file into a store; it is searchable once its status says completed."""
    services, caller = await admitted(request)
    body = await read_json(request, VectorStoreFileCreateRequest)
    attached = await services.vector_store_files.attach(
        caller,
        vector_store_id,
        body.file_id,
        attributes=body.attributes,
        chunking=chunking_of(body.chunking_strategy, default=services.ingest.chunking),
    )
    return _respond(attached, vector_store_id)


@_hot.get("/{file_id}")
async def retrieve_vector_store_file(vector_store_id: str, file_id: str, request: Request) -> Response:
    """Return one of a store's files. An SDK that polls is answered as soon as the file is read, or a moment later."""
    services, caller = await admitted(request)
    patience = _PATIENCE_SECONDS if request.headers.get(_POLLS) == "true" else 0
    found = await services.vector_store_files.retrieve(
        caller, vector_store_id, file_id, patience_seconds=patience
    )
    return _respond(found, vector_store_id)


router.routes.extend(_hot.routes)


@router.get("")
async def list_vector_store_files(
    vector_store_id: str,
    vector_store_files: VectorStoreFilesDep,
    caller: CallerDep,
    page: PageDep,
    status: StatusDep = None,
) -> Response:
    """List a store's files by when they were attached."""
    found = await vector_store_files.list(caller, vector_store_id, page=page, status=status)
    return store_file_list(found, vector_store_id)


@router.post("/{file_id}", openapi_extra=documented(VectorStoreFileUpdateRequest))
async def update_vector_store_file(
    vector_store_id: str,
    file_id: str,
    request: Request,
    vector_store_files: VectorStoreFilesDep,
    caller: CallerDep,
) -> Response:
    """Replace a file's attributes. The next search uses the new ones."""
    body = await read_json(request, VectorStoreFileUpdateRequest)
    changed = await vector_store_files.update(
        caller, vector_store_id, file_id, attributes=body.attributes or {}
    )
    return _respond(changed, vector_store_id)


@router.delete("/{file_id}")
async def delete_vector_store_file(
    vector_store_id: str, file_id: str, vector_store_files: VectorStoreFilesDep, caller: CallerDep
) -> Response:
    """Take a file out of a store; the file itself stays."""
    await vector_store_files.detach(caller, vector_store_id, file_id)
    return json_response(vector_store_file_deleted_body(file_id))


@router.get("/{file_id}/content")
async def retrieve_vector_store_file_content(
    vector_store_id: str, file_id: str, vector_store_files: VectorStoreFilesDep, caller: CallerDep
) -> Response:
    """Return the parsed text of a store's file."""
    return json_response(content_body(await vector_store_files.contents(caller, vector_store_id, file_id)))


def store_file_list(found: Listed[StoreFile], store_id: str) -> Response:
    """Return a page of a store's files."""
    bodies = [_body(entry, store_id) for entry in found.items]
    return json_response(list_body(bodies, has_more=found.has_more))


def _body(entry: StoreFile, store_id: str) -> dict[str, object]:
    return vector_store_file_body(entry.membership, entry.file, store_id=store_id)


def _respond(entry: StoreFile, store_id: str) -> Response:
    pending = entry.membership.status == FileStatus.IN_PROGRESS
    return json_response(_body(entry, store_id), headers=poll_after(1) if pending else None)


def poll_after(in_progress: int) -> dict[str, str]:
    """Return how long SDKs that poll are to wait between two looks: without it, a second at the least.

    Each poll slows down the reading of the files, so for many files the pause is longer.
    """
    return {"openai-poll-after-ms": str(min(_LATEST_LOOK_MS, _FIRST_LOOK_MS + 2 * (in_progress - 1)))}
