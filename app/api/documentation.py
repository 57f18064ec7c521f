"""The API's description: bodies that handlers parse by themselves are described by their request models."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.response_schemas import ANSWERS, FORMS, OTHER_ANSWERS, SCHEMAS

_REFERENCE = "#/components/schemas/{model}"
_JSON = "application/json"
# Wrong parameters are answered with 400 and the envelope.
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")
_NOT_READY = {"$ref": _REFERENCE.format(model="Readiness")}
_OTHER_STATUSES: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/readyz"): {"503": {"description": "Not ready.", "content": {_JSON: {"schema": _NOT_READY}}}}
}
_described: list[type[BaseModel]] = []


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """Return what describes `model` as the JSON body of a route."""
    _described.append(model)
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of the application, made once."""
    if app.openapi_schema is None:
        description = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        models = [(model, "validation") for model in dict.fromkeys(_described)]
        _, definitions = models_json_schema(models, ref_template=_REFERENCE)  # type: ignore[arg-type]
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(definitions["$defs"])
        schemas.update(SCHEMAS)
        for name in _FASTAPI_ERRORS:
            schemas.pop(name, None)
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                _complete(operation, (method, path))
        app.openapi_schema = description
    return app.openapi_schema


def _complete(operation: dict[str, Any], route: tuple[str, str]) -> None:
    """Say of an operation what it takes as a form and what it answers, errors among it."""
    if form := FORMS.get(route):
        body = operation.setdefault("requestBody", {"required": True, "content": {}})
        body["content"]["multipart/form-data"] = {"schema": form}
    content: dict[str, Any] = {}
    if name := ANSWERS.get(route):
        content[_JSON] = {"schema": {"$ref": _REFERENCE.format(model=name)}}
    if media := OTHER_ANSWERS.get(route):
        content[media] = {"schema": {"type": "string"}}
    good = {"description": "What was asked for.", "content": content}
    bad = {
        "description": "An error.",
        "content": {_JSON: {"schema": {"$ref": _REFERENCE.format(model="Error")}}},
    }
    operation["responses"] = {"200": good, "default": bad} | _OTHER_STATUSES.get(route, {})
