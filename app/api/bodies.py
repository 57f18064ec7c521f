"""Bodies: JSON to a request model, dicts to JSON."""

import codecs
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
    content = await request.body()
    _check_encoding(content)
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
            "HTTP library correctly. The API expects a JSON payload, but what was sent was not valid JSON.)"
        ) from error
    if _is_deeper(raw, _DEEPEST_JSON):
        raise InvalidRequest(f"The JSON body is nested deeper than {_DEEPEST_JSON} levels.")
    return validate(raw, model)


def validate(raw: object, model: type[_Model]) -> _Model:
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


def _check_encoding(content: bytes) -> None:
    """Raise InvalidRequest for the encodings that are taken for JSON by mistake: parsers see only noise in them."""
    if content.startswith(codecs.BOM_UTF8):
        raise InvalidRequest("The JSON body begins with a byte order mark. Send it without, as plain UTF-8.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content[:4]:
        raise InvalidRequest("The JSON body is not UTF-8; it looks like UTF-16 or UTF-32. Send it as UTF-8.")


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
