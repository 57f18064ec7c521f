"""GET /v1/models: the bodies."""

from collections.abc import Iterable
from typing import Any


def model_body(model_id: str, *, created: int, owned_by: str) -> dict[str, Any]:
    return {"id": model_id, "object": "model", "created": created, "owned_by": owned_by}


def model_list_body(models: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"object": "list", "data": list(models)}
