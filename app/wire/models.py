"""GET /v1/models: the bodies."""

from collections.abc import Iterable
from typing import Any

from app.core.types import ListedModel


def model_body(model: ListedModel) -> dict[str, Any]:
    return {
        "id": model.model_id,
        "object": "model",
        "created": model.created_at,
        "owned_by": model.owner,
    }


def model_list_body(models: Iterable[ListedModel]) -> dict[str, Any]:
    return {"object": "list", "data": [model_body(model) for model in models]}
