"""Bad bodies, names and filters against every POST route: an error that says so, and never an unforeseen one."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.serving import LiveServer

HELLO = [{"role": "user", "content": "Hello"}]
# What a route needs before it looks at the rest.
NEEDED: dict[str, Any] = {
    "model": "gpt-4o",
    "messages": HELLO,
    "input": "Hello",
    "prompt": "Hello",
    "query": "Hello",
    "text": "Hello",
    "filename": "a.txt",
    "bytes": 5,
    "mime_type": "text/plain",
    "purpose": "assistants",
    "file_id": f"file-{'0' * 26}",
    "file_ids": [f"file-{'0' * 26}"],
    "part_ids": ["part_x"],
    "items": [],
    "attributes": {},
    "wait": False,
}
WHOLE_BODIES = (
    *(b"", b"{", b"[]", b"null", b"7", b'"text"', b"\xff\xfe\x00", b"NaN", b'{"a": 1} trailing'),
    *(b'{"model": "\\ud800"}', b'{"a": ' * 500 + b"1" + b"}" * 500, b"[" * 100_000, b'{"n": 1e999}'),
    *(b'{"a": 1, "a": 2}', b"{" + b'"model": ' + b"9" * 5_000 + b"}"),
)
DEEP: dict[str, Any] = {"type": "eq", "key": "a", "value": 1}
for _ in range(40):
    DEEP = {"type": "and", "filters": [DEEP]}
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        -1,
        10**30,
        1e308,
        "",
        "\0",
        "\ud800",
        "x" * 70_000,
        "../../etc/passwd",
        "'; drop table files; --",
    ),
    *([], [None], [[]], [1] * 3_000, {}, {"": ""}, {"\0": "\0"}, {"type": "nonsense"}, DEEP),
    *({"type": "in", "key": "a", "value": [{}]}, {"type": "eq", "key": "\0", "value": "\ud800"}),
    *(
        [{"role": "user", "content": [{"type": "file", "file": {"file_id": "\0"}}]}],
        [{"type": "file_search"}],
    ),
)
NAMES = (
    "../../etc/passwd",
    "a\0b.txt",
    "x" * 5_000 + ".txt",
    "",
    " ",
    "con",
    "a\r\nb.txt",
    '"; x="',
    "\u202etxt.exe",
    "é" * 300,
)
FORMS = (
    b"",
    b"--b",
    b"--b\r\n\r\n\r\n--b--",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n\xff\xfe\r\n--b--\r\n',
)


@pytest.fixture
def client(live_server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server.url, timeout=60) as client:
        yield client


def post_routes(client: httpx.Client) -> dict[str, tuple[set[str], set[str]]]:
    """Return each POST route, with the names in its JSON body and those in its form."""
    described = client.get("/openapi.json").json()
    routes: dict[str, tuple[set[str], set[str]]] = {}
    for path, methods in described["paths"].items():
        if "post" in methods:
            content = methods["post"].get("requestBody", {}).get("content", {})
            in_json, in_form = (
                names_of(described, content.get(kind, {}).get("schema", {}))
                for kind in ("application/json", "multipart/form-data")
            )
            routes[path] = in_json, in_form
    return routes


def names_of(described: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return set(schema.get("properties", {})).union(*(names_of(described, part) for part in parts))


def filled(path: str, store: str) -> str:
    for name, value in {"vector_store_id": store, "response_id": "resp_x"}.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


def check(response: httpx.Response, what: object) -> None:
    assert response.status_code < 500 or response.status_code in {503, 507}, f"{what!r:.300}: {response.text}"
    if response.status_code >= 400:
        assert response.json()["error"]["message"], what


def test_no_body_is_an_unforeseen_error(client: httpx.Client) -> None:
    """Whole bodies that are none, and each field of each route with values that nobody meant; the server is well afterwards."""
    store = client.post("/v1/vector_stores", json={"name": "battery"}).json()["id"]
    client.post("/v1/ingest", json={"text": "Hello there.", "filename": "a.txt", "vector_store": store})
    routes = post_routes(client)

    for route, (fields, _) in routes.items():
        path = filled(route, store)
        for body in WHOLE_BODIES:
            check(
                client.post(path, content=body, headers={"content-type": "application/json"}), (route, body)
            )
        needed = {name: value for name, value in NEEDED.items() if name in fields}
        for field in sorted(fields):
            for value in VALUES:
                body = json.dumps(needed | {field: value}).encode()
                check(
                    client.post(path, content=body, headers={"content-type": "application/json"}),
                    (route, field, value),
                )

    assert len(routes) > 15
    assert sum(len(fields) for fields, _ in routes.values()) > 60
    assert client.get("/readyz").status_code == 200


def test_no_form_or_name_is_an_unforeseen_error(client: httpx.Client) -> None:
    """Forms that end early or say nothing, and file names that lead elsewhere; they never come back as a path."""
    forms = [route for route, (_, fields) in post_routes(client).items() if fields]

    for route in forms:
        path = filled(route, "vs_x")
        for form in FORMS:
            headers = {"content-type": "multipart/form-data; boundary=b"}
            check(client.post(path, content=form, headers=headers), (route, form))
        for name in NAMES:
            field = "data" if "parts" in route else "file"
            sent = client.post(path, files={field: (name, b"Hello there.")}, data={"purpose": "assistants"})
            check(sent, (route, name))

    assert len(forms) == 3
    assert all("/" not in each["filename"] for each in client.get("/v1/files").json()["data"])
