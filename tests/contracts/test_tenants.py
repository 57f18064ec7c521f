"""The wall between projects, from outside: for each route and each field that takes an id, the id of another project's
object is answered as one that does not exist.
"""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from app.models import Record
from tests.conftest import MakeServer, conninfo
from tests.factories import make_key
from tests.id_cases import (
    BODIES,
    CURSORS,
    FIELDS,
    MODEL,
    QUESTION,
    SAME_FOR_OWNER,
    TRIED,
    Body,
    Case,
    Ids,
    body_fields,
    takes_id,
)

SENTINEL = "quetzalcoatlus"
# Who uses a key, and what for, is written down for the key's own project.
NOTED = ("key_usage", "audit_entries", "api_keys")


def test_every_field_that_takes_an_id_is_tried() -> None:
    """A new route or field fails here until it is called plain, or has a case."""
    bodies = {(case.route, case.field) for case in TRIED if case.place == "body"}
    kinds = {
        "response_id", "conversation_id", "item_id", "model", "file_id", "upload_id", "vector_store_id", "batch_id",
        "retrieval_id",
    }  # fmt: skip

    assert bodies == set(FIELDS)
    assert {case.field for case in TRIED if case.place == "path"} == kinds
    assert {case.route[1] for case in TRIED if case.place == "query"} == set(CURSORS)
    assert {case.field for case in TRIED if case.place == "query"} == {"after", "before"}
    assert {case.route for case in TRIED if case.place == "body"} <= set(BODIES)


def make_objects(client: httpx.Client, name: str, text: str) -> dict[str, str]:
    """Make an object of each kind, and return the ids by what the fields that take them are called."""

    def post(path: str, **body: Any) -> Any:
        return client.post(path, **body).raise_for_status().json()

    made = post("/v1/ingest", files={"file": (f"{name}.txt", text.encode())}, data={"vector_store": name})
    store, file = made["vector_store_id"], made["data"][0]["file_id"]
    spare = post("/v1/files", files={"file": ("spare.txt", text.encode())}, data={"purpose": "assistants"})[
        "id"
    ]
    batch = post(f"/v1/vector_stores/{store}/file_batches", json={"file_ids": [spare]})["id"]
    declared = {"filename": "u.txt", "purpose": "assistants", "bytes": 1, "mime_type": "text/plain"}
    upload = post("/v1/uploads", json=declared)["id"]
    part = post(f"/v1/uploads/{upload}/parts", files={"data": b"x"})["id"]
    response = post("/v1/responses", json={"model": MODEL, "input": QUESTION})["id"]
    (given,) = client.get(f"/v1/responses/{response}/input_items").json()["data"]
    item = {"role": "user", "content": text}
    conversation = post("/v1/conversations", json={"items": [item]})["id"]
    (kept,) = client.get(f"/v1/conversations/{conversation}/items").json()["data"]
    chat = {"model": f"{MODEL}@{store}", "messages": [{"role": "user", "content": QUESTION}]}
    retrieval = client.post("/v1/chat/completions", json=chat).headers["x-footnote-retrieval-id"]
    return {
        "file_id": file, "vector_store_id": store, "batch_id": batch, "upload_id": upload, "part_ids": part,
        "response_id": response, "conversation_id": conversation, "item_id": kept["id"], "given_id": given["id"],
        "retrieval_id": retrieval, "model": f"{MODEL}@{name}",
    }  # fmt: skip


def absent(object_id: str) -> str:
    """Return an id like this one that no object has."""
    return object_id[:-8] + "ABSENTxx"


def told(answer: httpx.Response, value: str) -> str:
    """Return what an answer says, but for the id that was sent and what differs between any two answers."""
    text = answer.text.replace(value, "GIVEN").replace(value.partition("@")[2] or value, "GIVEN")
    text = re.sub(r"\b[a-z]+[_-][A-Za-z0-9]{24,48}", "NEW", text)
    return re.sub(r'("(?:created|created_at|completed_at)":) ?[\d.]+', r"\1 0", text)


def rows_of(url: str, file_id: str) -> dict[str, list[str]]:
    """Return all rows of the project that owns a file."""
    with psycopg.connect(conninfo(url)) as connection:
        found = connection.execute("select project_id from files where public_id = %s", (file_id,)).fetchone()
        assert found is not None
        return {
            name: sorted(
                row
                for (row,) in connection.execute(
                    f"select t::text from {name} t where project_id = %s",
                    found,
                )
            )
            for name, table in Record.metadata.tables.items()
            if "project_id" in table.columns and name not in NOTED
        }


@pytest.fixture
def projects(make_server: MakeServer, clean_url: str) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Clients of two projects."""
    server = make_server()
    keys = [make_key(clean_url, project=name) for name in ("one", "other")]
    headers = [{"authorization": f"Bearer {key}"} for key in keys]
    with (
        httpx.Client(base_url=server.url, headers=headers[0]) as a,
        httpx.Client(base_url=server.url, headers=headers[1]) as b,
    ):
        yield a, b


def test_another_projects_ids_are_as_if_they_were_not_there(
    projects: tuple[httpx.Client, httpx.Client], clean_url: str
) -> None:
    """The same status and words, no text of the other's, and nothing of the other's is changed."""
    a, b = projects
    theirs = make_objects(a, "atlas", f"The {SENTINEL} guards the safe.")
    own = make_objects(b, "birds", "Nothing of interest is in this text.")
    before = rows_of(clean_url, theirs["file_id"])

    # What a case leaves behind, such as an item that refers to another's, must not change the next one's answer.
    for case in sorted(TRIED, key=lambda case: ("get", "delete", "post").index(case.route[0])):
        value = theirs[case.kind]
        foreign, nothing = case.send(b, own, value), case.send(b, own, absent(value))

        assert foreign.status_code == nothing.status_code, (case, foreign.text, nothing.text)
        assert told(foreign, value) == told(nothing, absent(value)), case
        assert SENTINEL not in foreign.text, case
        if case.place == "path":
            assert foreign.status_code == 404, (case, foreign.text)
        rest = foreign.text.replace(value, "")
        assert not any(other in rest for other in theirs.values()), case
        own |= remade(b, own, case)

    assert rows_of(clean_url, theirs["file_id"]) == before


def remade(client: httpx.Client, own: Ids, case: Case) -> dict[str, str]:
    """Return new objects in place of those that a successful call has used up."""
    if "/v1/uploads" not in case.route[1]:
        return {}
    declared = {"filename": "u.txt", "purpose": "assistants", "bytes": 1, "mime_type": "text/plain"}
    upload = client.post("/v1/uploads", json=declared).json()["id"]
    part = client.post(f"/v1/uploads/{upload}/parts", files={"data": b"x"}).json()["id"]
    return {"upload_id": upload, "part_ids": part}


def test_the_owner_is_answered_otherwise(projects: tuple[httpx.Client, httpx.Client]) -> None:
    """Each case is a real one: with an id of one's own, the object is found."""
    a, _ = projects
    own = make_objects(a, "atlas", f"The {SENTINEL} guards the safe.")
    # What is deleted is deleted last, the inner before the outer.
    order = sorted(TRIED, key=lambda case: (case.route[0] == "delete", -case.route[1].count("/")))
    seen = set()

    for case in order:
        is_gone = case.route in seen and case.route[0] == "delete"
        if is_gone or case.field in SAME_FOR_OWNER or case.route[1] == "/v1/embeddings":
            continue
        seen.add(case.route)
        answer = case.send(a, own, own[case.kind])
        assert answer.status_code != 404, (case, answer.text)
        own |= remade(a, own, case)


def test_a_planted_field_is_found() -> None:
    """Whatever is not called plain counts as an id."""
    schema: Body = {"properties": {"metadata": {}, "items": {"items": {"properties": {"thread_id": {}}}}}}

    assert [field for field in body_fields({}, schema) if takes_id(field)] == ["items.thread_id"]
