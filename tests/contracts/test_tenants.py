"""The wall between projects, from outside: for each route and each field that takes an id, the id of another project's
object is answered as one that does not exist.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from app.api.documentation import describe
from app.main import create_app
from app.models import Record
from app.settings import Settings
from tests.conftest import MakeServer, conninfo
from tests.factories import make_key

Route = tuple[str, str]
Ids = Mapping[str, str]
Body = dict[str, Any]

SENTINEL = "quetzalcoatlus"
MODEL = "gpt-5.4-mini"
# Who uses a key, and what for, is written down for the key's own project.
NOTED = ("key_usage", "audit_entries", "api_keys")

# Fields that name nothing stored, by their last name. A field of another name must have a case below.
PLAIN = frozenset(
    [
        "anchor",
        "arguments",
        "attributes",
        "background",
        "best_of",
        "bytes",
        "call_id",
        "chunk_overlap_tokens",
        "chunking_strategy",
        "custom",
        "data",
        "data_sources",
        "days",
        "description",
        "detail",
        "dimensions",
        "echo",
        "effort",
        "embedding_weight",
        "enabled",
        "encoding_format",
        "expires_after",
        "expires_after[anchor]",
        "expires_after[seconds]",
        "filename",
        "filter",
        "footnote",
        "format",
        "frequency_penalty",
        "function",
        "hybrid_search",
        "image_url",
        "include",
        "include_usage",
        "input_audio",
        "instructions",
        "json_schema",
        "key",
        "language",
        "limit",
        "logit_bias",
        "logprobs",
        "max_chunk_size_tokens",
        "max_completion_tokens",
        "max_num_results",
        "max_output_tokens",
        "max_tokens",
        "max_tool_calls",
        "md5",
        "messages",
        "metadata",
        "mime_type",
        "mode",
        "n",
        "name",
        "order",
        "output",
        "parallel_tool_calls",
        "parameters",
        "presence_penalty",
        "prompt",
        "prompt_cache_key",
        "purpose",
        "query",
        "ranker",
        "ranking_options",
        "reasoning",
        "refusal",
        "replace",
        "response_format",
        "rewrite_query",
        "role",
        "safety_identifier",
        "schema",
        "score_threshold",
        "seconds",
        "seed",
        "service_tier",
        "source",
        "starting_after",
        "static",
        "status",
        "stop",
        "store",
        "stream",
        "stream_options",
        "strict",
        "suffix",
        "temperature",
        "text",
        "text_weight",
        "texts",
        "tool_call_id",
        "tool_calls",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_n_documents",
        "top_p",
        "truncation",
        "type",
        "url",
        "user",
        "value",
        "verbosity",
        "wait",
    ]
)
# Holders of such fields: their parts are looked at, and these are no ids themselves.
HOLDERS = frozenset({"items", "files", "file_search"})

STORE = "/v1/vector_stores/{vector_store_id}"
CONVERSATION = "/v1/conversations/{conversation_id}"
CHAT, COMPLETIONS, RESPONSES = "/v1/chat/completions", "/v1/completions", "/v1/responses"
QUESTION = "Which animal guards the safe?"

# What each route is sent, so that all of it is good but for the field that is tried.
BODIES: Mapping[Route, Callable[[Ids], Body]] = {
    ("post", CHAT): lambda _: {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}]},
    ("post", COMPLETIONS): lambda _: {"model": MODEL, "prompt": QUESTION},
    ("post", RESPONSES): lambda _: {"model": MODEL, "input": QUESTION},
    ("post", "/v1/conversations"): lambda _: {},
    ("post", CONVERSATION): lambda _: {"metadata": {"a": "b"}},
    ("post", f"{CONVERSATION}/items"): lambda _: {"items": [{"role": "user", "content": "hi"}]},
    ("post", "/v1/embeddings"): lambda _: {"model": "text-embedding-3-small", "input": "x"},
    ("post", "/v1/ingest"): lambda _: {"text": "A text.", "filename": "a.txt"},
    ("post", "/v1/uploads/{upload_id}/complete"): lambda own: {"part_ids": [own["part_ids"]]},
    ("post", "/v1/vector_stores"): lambda _: {"name": "new"},
    ("post", STORE): lambda _: {"metadata": {"seen": "yes"}},
    ("post", f"{STORE}/search"): lambda _: {"query": QUESTION},
    ("post", f"{STORE}/files"): lambda own: {"file_id": own["file_id"]},
    ("post", f"{STORE}/files/{{file_id}}"): lambda _: {"attributes": {"a": "b"}},
    ("post", f"{STORE}/file_batches"): lambda own: {"file_ids": [own["file_id"]]},
}
FORMS: Mapping[Route, Callable[[Ids], Body]] = {
    ("post", "/v1/uploads/{upload_id}/parts"): lambda _: {"files": {"data": b"x"}},
}


def _footnote(field: str) -> Callable[[Body, str], Body]:
    return lambda body, value: body | {"footnote": {field: [value]}}


def _filters(value: str) -> Body:
    return {"type": "eq", "key": "id", "value": value}


def _tool(**fields: Any) -> Body:
    return {"tools": [{"type": "file_search"} | fields]}


def _chat_part(body: Body, value: str) -> Body:
    part = {"type": "file", "file": {"file_id": value}}
    return body | {"messages": [{"role": "user", "content": [part, {"type": "text", "text": QUESTION}]}]}


def _input(*items: Body) -> Body:
    return {"input": [*items, {"role": "user", "content": QUESTION}]}


def _input_part(value: str) -> Body:
    return {"role": "user", "content": [{"type": "input_file", "file_id": value}]}


# How an id is put into a body, and of which kind it is.
FIELDS: Mapping[tuple[Route, str], tuple[str, Callable[[Body, str], Body]]] = {
    (("post", CHAT), "model"): ("vector_store_id", lambda body, value: body | {"model": f"{MODEL}@{value}"}),
    (("post", CHAT), "messages.content"): ("file_id", _chat_part),
    (("post", CHAT), "messages.content.file"): ("file_id", _chat_part),
    (("post", CHAT), "footnote.vector_store_ids"): ("vector_store_id", _footnote("vector_store_ids")),
    (("post", CHAT), "footnote.filters"): (
        "file_id", lambda body, value: body | {"footnote": {"filters": _filters(value)}}),
    (("post", CHAT), "tools.vector_store_ids"): (
        "vector_store_id", lambda body, value: body | _tool(vector_store_ids=[value])),
    (("post", CHAT), "data_sources.parameters.index_name"): (
        "vector_store_id",
        lambda body, value: body | {
            "data_sources": [{"type": "azure_search", "parameters": {"index_name": value}}]}),
    (("post", COMPLETIONS), "model"): (
        "vector_store_id", lambda body, value: body | {"model": f"{MODEL}@{value}"}),
    (("post", COMPLETIONS), "footnote.vector_store_ids"): ("vector_store_id", _footnote("vector_store_ids")),
    (("post", COMPLETIONS), "footnote.filters"): (
        "file_id", lambda body, value: body | {"footnote": {"filters": _filters(value)}}),
    (("post", RESPONSES), "model"): (
        "vector_store_id", lambda body, value: body | {"model": f"{MODEL}@{value}"}),
    (("post", RESPONSES), "conversation"): (
        "conversation_id", lambda body, value: body | {"conversation": value}),
    (("post", RESPONSES), "conversation.id"): (
        "conversation_id", lambda body, value: body | {"conversation": {"id": value}}),
    (("post", RESPONSES), "previous_response_id"): (
        "response_id", lambda body, value: body | {"previous_response_id": value}),
    (("post", RESPONSES), "input"): (
        "item_id", lambda body, value: body | _input({"type": "item_reference", "id": value})),
    (("post", RESPONSES), "input.id"): ("item_id", lambda body, value: body | _input({"id": value})),
    (("post", RESPONSES), "input.content"): (
        "file_id", lambda body, value: body | _input(_input_part(value))),
    (("post", RESPONSES), "footnote.vector_store_ids"): ("vector_store_id", _footnote("vector_store_ids")),
    (("post", RESPONSES), "footnote.filters"): (
        "file_id", lambda body, value: body | {"footnote": {"filters": _filters(value)}}),
    (("post", RESPONSES), "tools.vector_store_ids"): (
        "vector_store_id", lambda body, value: body | _tool(vector_store_ids=[value])),
    (("post", RESPONSES), "tools.filters"): (
        "file_id", lambda body, value: body | _tool(vector_store_ids=[], filters=_filters(value))),
    (("post", "/v1/conversations"), "items.id"): (
        "item_id", lambda body, value: body | {"items": [{"type": "item_reference", "id": value}]}),
    (("post", "/v1/conversations"), "items.content"): (
        "file_id", lambda body, value: body | {"items": [_input_part(value)]}),
    (("post", f"{CONVERSATION}/items"), "items.id"): (
        "item_id", lambda body, value: body | {"items": [{"type": "item_reference", "id": value}]}),
    (("post", f"{CONVERSATION}/items"), "items.content"): (
        "file_id", lambda body, value: body | {"items": [_input_part(value)]}),
    (("post", "/v1/embeddings"), "model"): (
        "vector_store_id", lambda body, value: body | {"model": f"text-embedding-3-small@{value}"}),
    (("post", "/v1/ingest"), "vector_store"): (
        "vector_store_id", lambda body, value: body | {"vector_store": value}),
    (("post", "/v1/uploads/{upload_id}/complete"), "part_ids"): (
        "part_ids", lambda body, value: body | {"part_ids": [value]}),
    (("post", "/v1/vector_stores"), "file_ids"): ("file_id", lambda body, value: body | {"file_ids": [value]}),
    (("post", f"{STORE}/search"), "filters"): (
        "file_id", lambda body, value: body | {"filters": _filters(value)}),
    (("post", f"{STORE}/files"), "file_id"): ("file_id", lambda body, value: body | {"file_id": value}),
    (("post", f"{STORE}/file_batches"), "file_ids"): (
        "file_id", lambda body, value: body | {"file_ids": [value]}),
    (("post", f"{STORE}/file_batches"), "files.file_id"): (
        "file_id", lambda _, value: {"files": [{"file_id": value}]}),
}  # fmt: skip
# Which objects a cursor of a list is.
CURSORS: Mapping[str, str] = {
    "/v1/files": "file_id",
    "/v1/vector_stores": "vector_store_id",
    f"{STORE}/files": "file_id",
    f"{STORE}/file_batches/{{batch_id}}/files": "file_id",
    "/v1/responses/{response_id}/input_items": "given_id",
    f"{CONVERSATION}/items": "item_id",
}
# Fields through which an object of one's own makes no difference either: attributes that no file has, an item that is
# given anew, a body that is stored as it is, and models of embeddings, which name no store.
SAME_FOR_OWNER = {
    "footnote.filters", "tools.filters", "filters", "input.id", "items.id", "items.content", "messages.content",
    "messages.content.file", "input.content",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One field of one route."""

    route: Route
    place: str
    field: str

    @property
    def kind(self) -> str:
        if self.place == "body":
            return FIELDS[self.route, self.field][0]
        if self.place == "query":
            return CURSORS[self.route[1]]
        return self.field

    def send(self, client: httpx.Client, own: Ids, value: str) -> httpx.Response:
        """Call the route with one's own ids, and this value in the field."""
        method, path = self.route
        names = {**own, self.field: value} if self.place == "path" else own
        params = {self.field: value} if self.place == "query" else None
        extra: Body = {}
        if self.route in BODIES:
            extra["json"] = BODIES[self.route](own)
        elif self.route in FORMS:
            extra |= FORMS[self.route](own)
        if self.place == "body":
            extra["json"] = FIELDS[self.route, self.field][1](extra["json"], value)
        address = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)
        return client.request(method, address, params=params, **extra)


def description() -> dict[str, Any]:
    return describe(create_app(Settings(_env_file=None)))


def body_fields(
    schemas: Mapping[str, Any], schema: Mapping[str, Any], seen: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield the dotted names of all fields of a schema, those inside of others too."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from body_fields(schemas, schemas[name], (*seen, name))
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from body_fields(schemas, part, seen)
    if "items" in schema:
        yield from body_fields(schemas, schema["items"], seen)
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from (f"{name}.{field}" for field in body_fields(schemas, inner, seen))


def takes_id(field: str) -> bool:
    """Whether a field may name a stored object. What filters compare with is a part of the filter."""
    *outer, last = field.split(".")
    return not (
        last in PLAIN or last in HOLDERS or "filters" in outer or field in {"input.input", "items.input"}
    )


def cases() -> Iterator[Case]:
    """Yield each field of each route that may take an id."""
    described = description()
    schemas = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            route = (method, path)
            for parameter in operation.get("parameters", ()):
                if takes_id(parameter["name"]):
                    yield Case(route, parameter["in"], parameter["name"])
            content = operation.get("requestBody", {}).get("content", {})
            fields = {field for media in content.values() for field in body_fields(schemas, media["schema"])}
            yield from (Case(route, "body", field) for field in sorted(fields) if takes_id(field))


# Fields that mean something else on other routes: the bytes of a form, and texts to embed.
NO_IDS = {("/v1/files", "file"), ("/v1/ingest", "file"), ("/v1/embeddings", "input")}
TRIED = [case for case in cases() if (case.route[1], case.field) not in NO_IDS]


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
