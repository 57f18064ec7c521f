"""Bodies in and out: JSON to a request model, dicts to JSON."""

from typing import TypeVar

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from app.core.errors import InvalidRequest
from app.wire.validation import invalid_request

_Model = TypeVar("_Model", bound=BaseModel)
_DEEPEST_JSON = 64


async def read_json(request: Request, model: type[_Model]) -> _Model:
    """Return the request's body as `model`; InvalidRequest says which parameter is wrong."""
    try:
        raw = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
            "HTTP library correctly. The API expects a JSON payload, but what was sent was not valid JSON.)"
        ) from error
    if _is_deeper(raw, _DEEPEST_JSON):
        raise InvalidRequest(f"The JSON body is nested deeper than {_DEEPEST_JSON} levels.")
    return judge(raw, model)


def judge(raw: object, model: type[_Model]) -> _Model:
    """Return raw JSON as `model`, or raise InvalidRequest."""
    if not isinstance(raw, dict):
        raise InvalidRequest("The body of the request must be a JSON object.")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise invalid_request(error, raw) from error


def json_response(body: object, *, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response."""
    return Response(orjson.dumps(body), headers=headers, media_type="application/json")


def _is_deeper(value: object, levels: int) -> bool:
    """Whether JSON is nested deeper; walked in layers, so that depth costs no stack."""
    layer = [value]
    for _ in range(levels):
        nested: list[object] = []
        for item in layer:
            if isinstance(item, dict):
                nested += item.values()
            elif isinstance(item, list):
                nested += item
        layer = [item for item in nested if isinstance(item, dict | list)]
        if not layer:
            return False
    return True
