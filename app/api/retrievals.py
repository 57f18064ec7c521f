"""GET /v1/retrievals/{id}: one recorded retrieval."""

from fastapi import APIRouter, Response

from app.api.bodies import json_response
from app.api.dependencies import CallerDep, LinksDep, RetrievalsDep
from app.wire.footnote import recorded_retrieval_body

router = APIRouter(prefix="/v1/retrievals", tags=["retrievals"])


@router.get("/{retrieval_id}")
async def retrieve_retrieval(
    retrieval_id: str, retrievals: RetrievalsDep, links: LinksDep, caller: CallerDep
) -> Response:
    """Return what a search looked for, what it found with which scores, and what the model read of it."""
    recorded = await retrievals.retrieve(caller, retrieval_id)
    return json_response(recorded_retrieval_body(recorded, links))
