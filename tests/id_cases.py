"""Each field of each route that takes an id, from /openapi.json, and how a request fills it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.api.documentation import describe
from app.main import create_app
from app.settings import Settings

Route = tuple[str, str]
Ids = Mapping[str, str]
Body = dict[str, Any]

MODEL = "gpt-5.4-mini"

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
# new, a body that is stored as it is, and models of embeddings, which name no store.
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
