"""/v1/vector_stores: create, retrieve and list stores, and list their files."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import CallerDep, ServicesDep
from app.api.documentation import documented
from app.api.pagination import PageDep
from app.core.errors import NotFound
from app.wire.vector_stores import (
    VectorStoreCreateRequest,
    list_body,
    vector_store_body,
    vector_store_file_body,
)

router = APIRouter(prefix="/v1/vector_stores", tags=["vector stores"])


@router.post("", openapi_extra=documented(VectorStoreCreateRequest))
async def create_vector_store(request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Make an empty store."""
    body = await read_json(request, VectorStoreCreateRequest)
    async with services.database.transaction(caller.project_id) as tx:
        store = await tx.vector_stores.create(name=body.name, notes=body.metadata)
    return json_response(vector_store_body(store, {}))


@router.get("")
async def list_vector_stores(services: ServicesDep, caller: CallerDep, page: PageDep) -> Response:
    """List stores by creation."""
    async with services.database.snapshot(caller.project_id) as snapshot:
        after = await snapshot.vector_stores.get(page.after) if page.after else None
        found = await snapshot.vector_stores.list_page(
            limit=page.limit + 1, descending=page.descending, after=after
        )
        stores = found[: page.limit]
        counts = await snapshot.vector_store_files.count_by_status([store.id for store in stores])
    bodies = [vector_store_body(store, counts[store.id]) for store in stores]
    return json_response(list_body(bodies, has_more=len(found) > page.limit))


@router.get("/{vector_store_id}")
async def retrieve_vector_store(vector_store_id: str, services: ServicesDep, caller: CallerDep) -> Response:
    """Return one store."""
    async with services.database.snapshot(caller.project_id) as snapshot:
        store = await snapshot.vector_stores.get(vector_store_id)
        counts = await snapshot.vector_store_files.count_by_status([store.id])
    return json_response(vector_store_body(store, counts[store.id]))


@router.get("/{vector_store_id}/files")
async def list_vector_store_files(
    vector_store_id: str, services: ServicesDep, caller: CallerDep, page: PageDep
) -> Response:
    """List a store's files by when they were attached."""
    async with services.database.snapshot(caller.project_id) as snapshot:
        store = await snapshot.vector_stores.get(vector_store_id)
        after = None
        if page.after:
            after = await snapshot.vector_store_files.find(store.id, page.after)
            if after is None:
                raise NotFound(f"No file found with id '{page.after}' in the vector store.", param="after")
        found = await snapshot.vector_store_files.list_page(
            store.id,
            limit=page.limit + 1,
            descending=page.descending,
            after=after.membership if after else None,
        )
    bodies = [
        vector_store_file_body(entry.membership, entry.file, store_id=store.public_id)
        for entry in found[: page.limit]
    ]
    return json_response(list_body(bodies, has_more=len(found) > page.limit))
