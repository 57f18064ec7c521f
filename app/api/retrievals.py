"""GET /v1/retrievals/{id}: one recorded retrieval."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response
from app.api.dependencies import CallerDep, ServicesDep, source_links
from app.wire.footnote import recorded_retrieval_body

router = APIRouter(prefix="/v1/retrievals", tags=["retrievals"])


@router.get("/{retrieval_id}")
async def retrieve_retrieval(
    retrieval_id: str, request: Request, services: ServicesDep, caller: CallerDep
) -> Response:
    """Return what a search looked for, what it found with which scores, and what the model read of it."""
    recorded = await services.retrievals.retrieve(caller, retrieval_id)
    return json_response(recorded_retrieval_body(recorded, source_links(request, services, caller)))
