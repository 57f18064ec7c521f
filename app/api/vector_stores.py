"""/v1/vector_stores: create, retrieve, list, update, delete and search stores."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import CallerDep, IngestDep, PlainRoute, VectorStoresDep, admitted
from app.api.documentation import documented
from app.api.pagination import PageDep
from app.wire.vector_store_files import chunking_of
from app.wire.vector_stores import (
    StoreExpiry,
    VectorStoreCreateRequest,
    VectorStoreSearchRequest,
    VectorStoreUpdateRequest,
    list_body,
    search_body,
    topics_body,
    vector_store_body,
    vector_store_deleted_body,
)

router = APIRouter(prefix="/v1/vector_stores", tags=["vector stores"])
_searches = APIRouter(prefix="/v1/vector_stores", tags=["vector stores"], route_class=PlainRoute)


@_searches.post("/{vector_store_id}/search", openapi_extra=documented(VectorStoreSearchRequest))
async def search_vector_store(vector_store_id: str, request: Request) -> Response:
    """Search one store."""
    services, caller = await admitted(request)
    body = await read_json(request, VectorStoreSearchRequest)
    found = await services.search.search(caller, body.queries(), body.search_options(vector_store_id))
    return json_response(
        search_body(found.queries, found.snippets, shows_places=body.shows_places),
        headers={"x-footnote-retrieval-id": found.retrieval_id},
    )


router.routes.extend(_searches.routes)


@router.post("", openapi_extra=documented(VectorStoreCreateRequest))
async def create_vector_store(
    request: Request, vector_stores: VectorStoresDep, ingest_library: IngestDep, caller: CallerDep
) -> Response:
    """Make a store, and queue files to be read into it."""
    body = await read_json(request, VectorStoreCreateRequest)
    made = await vector_stores.create(
        caller,
        file_ids=body.file_ids,
        chunking=chunking_of(body.chunking_strategy, default=ingest_library.chunking),
        fields={
            "name": body.name,
            "description": body.description,
            "language": body.language,
            "notes": body.metadata,
            "expires_after_days": body.expires_after.days if body.expires_after else None,
        },
    )
    return json_response(vector_store_body(made.store, made.counts))


@router.get("")
async def list_vector_stores(vector_stores: VectorStoresDep, caller: CallerDep, page: PageDep) -> Response:
    """List stores by creation."""
    found = await vector_stores.list(caller, page)
    bodies = [vector_store_body(entry.store, entry.counts) for entry in found.items]
    return json_response(list_body(bodies, has_more=found.has_more))


@router.get("/{vector_store_id}/topics")
async def list_topics(vector_store_id: str, vector_stores: VectorStoresDep, caller: CallerDep) -> Response:
    """List some sections of a store's newest files: what can be asked about."""
    return json_response(topics_body(await vector_stores.topics(caller, vector_store_id)))


@router.get("/{vector_store_id}")
async def retrieve_vector_store(
    vector_store_id: str, vector_stores: VectorStoresDep, caller: CallerDep
) -> Response:
    """Return one store."""
    found = await vector_stores.retrieve(caller, vector_store_id)
    return json_response(vector_store_body(found.store, found.counts))


@router.post("/{vector_store_id}", openapi_extra=documented(VectorStoreUpdateRequest))
async def update_vector_store(
    vector_store_id: str, request: Request, vector_stores: VectorStoresDep, caller: CallerDep
) -> Response:
    """Change a store's name, notes or expiry."""
    body = await read_json(request, VectorStoreUpdateRequest)
    fields: dict[str, Any] = {}
    if body.name is not None:
        fields["name"] = body.name
    if body.metadata is not None:
        fields["notes"] = body.metadata
    if "expires_after" in body.model_fields_set:
        fields["expires_after_days"] = _days(body.expires_after)
    changed = await vector_stores.update(caller, vector_store_id, fields)
    return json_response(vector_store_body(changed.store, changed.counts))


@router.delete("/{vector_store_id}")
async def delete_vector_store(
    vector_store_id: str, vector_stores: VectorStoresDep, caller: CallerDep
) -> Response:
    """Delete a store; its files stay."""
    await vector_stores.delete(caller, vector_store_id)
    return json_response(vector_store_deleted_body(vector_store_id))


def _days(expiry: StoreExpiry | None) -> int | None:
    return expiry.days if expiry else None
