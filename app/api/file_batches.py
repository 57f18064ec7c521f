"""/v1/vector_stores/{id}/file_batches: create, retrieve, cancel, and list their files."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import CallerDep, FileBatchesDep, IngestDep
from app.api.documentation import documented
from app.api.pagination import PageDep, StatusDep
from app.api.vector_store_files import poll_after, store_file_list
from app.core.file_status import FileStatus
from app.library.file_batches import BatchFile, CountedBatch
from app.wire.file_batches import FileBatchCreateRequest, file_batch_body
from app.wire.vector_store_files import chunking_of

router = APIRouter(prefix="/v1/vector_stores/{vector_store_id}/file_batches", tags=["file batches"])


@router.post("", openapi_extra=documented(FileBatchCreateRequest))
async def create_file_batch(
    vector_store_id: str,
    request: Request,
    ingest_library: IngestDep,
    file_batches: FileBatchesDep,
    caller: CallerDep,
) -> Response:
    """Put many files into a store at once."""
    body = await read_json(request, FileBatchCreateRequest)
    default = ingest_library.chunking
    files = [
        BatchFile(item.file_id, chunking_of(item.chunking_strategy, default=default), item.attributes)
        for item in body.items()
    ]
    return _respond(await file_batches.create(caller, vector_store_id, files), vector_store_id)


@router.get("/{batch_id}")
async def retrieve_file_batch(
    vector_store_id: str, batch_id: str, file_batches: FileBatchesDep, caller: CallerDep
) -> Response:
    """Return one batch."""
    return _respond(await file_batches.retrieve(caller, vector_store_id, batch_id), vector_store_id)


@router.post("/{batch_id}/cancel")
async def cancel_file_batch(
    vector_store_id: str, batch_id: str, file_batches: FileBatchesDep, caller: CallerDep
) -> Response:
    """Cancel the files that are not read yet."""
    return _respond(await file_batches.cancel(caller, vector_store_id, batch_id), vector_store_id)


@router.get("/{batch_id}/files")
async def list_file_batch_files(
    vector_store_id: str,
    batch_id: str,
    file_batches: FileBatchesDep,
    caller: CallerDep,
    page: PageDep,
    status: StatusDep = None,
) -> Response:
    """List a batch's files."""
    found = await file_batches.list_files(caller, vector_store_id, batch_id, page=page, status=status)
    return store_file_list(found, vector_store_id)


def _respond(counted: CountedBatch, store_id: str) -> Response:
    body = file_batch_body(counted.batch, counted.counts, store_id=store_id)
    waiting = counted.counts.get(FileStatus.IN_PROGRESS)
    return json_response(body, headers=poll_after(waiting) if waiting else None)
