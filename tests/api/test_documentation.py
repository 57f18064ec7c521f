"""The API's description: every route with its bodies, true of what the server does."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from app.api.response_schemas import ANSWERS, FORMS, OTHER_ANSWERS
from tests.conftest import MakeServer
from tests.serving import LiveServer

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"


@pytest.fixture
def description(live_server: LiveServer) -> dict[str, Any]:
    """The description as clients get it."""
    loaded: dict[str, Any] = httpx.get(f"{live_server.url}/openapi.json").json()
    return loaded


def routes(description: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (method, path): operation
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    }


def test_every_route_says_what_it_takes_and_answers(description: dict[str, Any]) -> None:
    """With the error envelope; and nothing is described that is not there."""
    described = routes(description)

    assert set(ANSWERS) | set(OTHER_ANSWERS) == set(described)
    assert set(FORMS) <= set(described)
    for route, operation in described.items():
        assert set(operation["responses"]) >= {"200", "default"}, route
        for answer in operation["responses"].values():
            assert all(content["schema"] for content in answer["content"].values()), route
            assert answer["content"], route
        if route[0] == "post" and not route[1].endswith("/cancel"):
            assert operation["requestBody"]["content"], route
    error = description["components"]["schemas"]["Error"]["properties"]["error"]
    assert set(error["required"]) == {"message", "type", "param", "code"}


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    """And every schema is one."""
    schemas = description["components"]["schemas"]

    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
            return own.union(*map(references, part.values()))
        return set().union(*map(references, part)) if isinstance(part, list) else set()

    assert {reference.rpartition("/")[2] for reference in references(description)} <= set(schemas)
    for name in schemas:
        jsonschema_rs.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        )


@pytest.mark.parametrize(
    "part",
    [
        ["--phases", "coverage", "--exclude-path", "/v1/ingest"],
        # Coverage sends the thousand texts that one request may hold, which take longer than all else.
        ["--phases", "fuzzing", "--include-path", "/v1/ingest", "--max-examples", "20"],
    ],
    ids=["all", "ingest"],
)
def test_the_server_does_what_its_description_says(
    make_server: MakeServer, tmp_path: Path, part: list[str]
) -> None:
    """Schemathesis calls every route with what the description allows, and with what it does not."""
    server = make_server()
    command = Path(sys.executable).with_name("st")
    options = ["--checks", _CHECKS, "--seed", "7", "--no-color", "--generation-database", "none"]

    run = subprocess.run(
        [str(command), "run", f"{server.url}/openapi.json", *part, *options, "--request-timeout", "60"],
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
        cwd=tmp_path,
    )

    assert run.returncode == 0, run.stdout[-6_000:] + run.stderr[-2_000:]
