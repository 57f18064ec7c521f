"""GET /v1/models: the models, and each again with every named store, for clients that can only pick a model."""

from fastapi import APIRouter, Response

from app.api.bodies import json_response
from app.api.dependencies import CallerDep, ServicesDep
from app.core.errors import NotFound
from app.core.types import Caller, Page
from app.services import Services
from app.wire.models import model_body, model_list_body

router = APIRouter(prefix="/v1/models", tags=["models"])

_RELEASED = 1_758_240_000
_MOST_STORES = 100


@router.get("")
async def list_models(services: ServicesDep, caller: CallerDep) -> Response:
    """List what can be asked for."""
    return json_response(model_list_body((await _models(services, caller)).values()))


@router.get("/{model:path}")
async def retrieve_model(model: str, services: ServicesDep, caller: CallerDep) -> Response:
    """Return one model; its id may hold slashes."""
    found = (await _models(services, caller)).get(model)
    if found is None:
        raise NotFound(
            f"The model '{model}' does not exist or you do not have access to it.",
            param="model",
            code="model_not_found",
        )
    return json_response(found)


async def _models(services: Services, caller: Caller) -> dict[str, dict[str, object]]:
    owner = services.providers.chat.model_owner
    configured = [services.door.chat_model, services.door.embedding_model]
    bare = dict.fromkeys([*configured, *await services.providers.chat.models()])
    models = {name: model_body(name, created=_RELEASED, owned_by=owner) for name in bare}

    async with services.database.snapshot(caller.project_id) as snapshot:
        stores = await snapshot.vector_stores.list_page(Page(_MOST_STORES))
    for store in stores.items:
        name = f"{services.door.chat_model}@{store.name or store.public_id}"
        models[name] = model_body(name, created=int(store.created_at.timestamp()), owned_by="footnote")
    return models
