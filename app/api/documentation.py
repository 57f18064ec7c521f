"""The API's description: bodies that handlers parse by themselves are described by their request models."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.dependencies import PUBLIC
from app.api.examples import BODIES, PATH_PARAMETERS
from app.api.response_schemas import ANSWERS, FORMS, OTHER_ANSWERS, SCHEMAS

_REFERENCE = "#/components/schemas/{model}"
_JSON = "application/json"
# Wrong parameters are answered with 400 and the envelope.
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")
_NOT_READY = {"$ref": _REFERENCE.format(model="Readiness")}
_OTHER_STATUSES: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/readyz"): {"503": {"description": "Not ready.", "content": {_JSON: {"schema": _NOT_READY}}}}
}
# Where a server has no keys, none is asked for.
_KEY = "API key"
_KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of `API_KEYS` or `footnote keys create`. A server without keys needs none.",
}
# Of a stream, the schema is that of one event.
_EVENT = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
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
        components = description.setdefault("components", {})
        components["securitySchemes"] = {_KEY: _KEY_SCHEME}
        schemas = components.setdefault("schemas", {})
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
    """Say of an operation what it takes, with examples, what it answers, errors among it, and that it needs a key."""
    if (route[0].upper(), route[1]) not in PUBLIC:
        operation["security"] = [{_KEY: []}]
    if examples := BODIES.get(route):
        named = {name: {"value": body} for name, body in examples.items()}
        operation["requestBody"]["content"][_JSON]["examples"] = named
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] in PATH_PARAMETERS:
            parameter["example"] = PATH_PARAMETERS[parameter["name"]]
    if form := FORMS.get(route):
        # A file comes first: what is tried in a browser is an upload.
        content = operation.get("requestBody", {}).get("content", {})
        media = {"multipart/form-data": {"schema": _with_empty_fields(form)}}
        operation["requestBody"] = {"required": True, "content": media | content}
    answers: dict[str, Any] = {}
    if name := ANSWERS.get(route):
        answers[_JSON] = {"schema": {"$ref": _REFERENCE.format(model=name)}}
    if kind := OTHER_ANSWERS.get(route):
        answers[kind] = {"schema": _EVENT if kind == "text/event-stream" else {"type": "string"}}
    good = {"description": "What was asked for.", "content": answers}
    bad = {
        "description": "An error.",
        "content": {_JSON: {"schema": {"$ref": _REFERENCE.format(model="Error")}}},
    }
    operation["responses"] = {"200": good, "default": bad} | _OTHER_STATUSES.get(route, {})


def _with_empty_fields(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form whose optional fields are empty when it is tried. The page would fill in "string", and send it."""
    fields = {
        name: field if name in form["required"] else {**field, "example": ""}
        for name, field in form["properties"].items()
    }
    return {**form, "properties": fields}
