"""GET /v1/models: the models, and each again with every named store, for clients that can only pick a model."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response
from app.api.dependencies import PlainRoute, admitted
from app.wire.models import model_body, model_list_body

router = APIRouter(prefix="/v1/models", tags=["models"], route_class=PlainRoute)


@router.get("")
async def list_models(request: Request) -> Response:
    """List what can be asked for."""
    services, caller = await admitted(request)
    listed = await services.models.list(caller)
    return json_response(model_list_body(listed.values()))


@router.get("/{model:path}")
async def retrieve_model(model: str, request: Request) -> Response:
    """Return one model; its id may hold slashes."""
    services, caller = await admitted(request)
    return json_response(model_body(await services.models.retrieve(caller, model)))
