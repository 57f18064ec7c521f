"""What each route answers, as JSON schemas: the part of the API's description that no request model says."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}
_WHOLE = {"type": "integer"}
_TRUTH = {"type": "boolean"}
_MAP = {"type": "object"}
_TEXTS = {"type": "array", "items": _TEXT}


def _object(
    kind: str | None = None, /, *, optional: Mapping[str, Schema] | None = None, **fields: Schema
) -> Schema:
    """Return an object with these fields; `kind` is what its field `object` says. Fields of ours may come on top."""
    required = ({"object": {"const": kind}} if kind else {}) | fields
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _several(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Schema:
    ids = {"first_id": _or_null(_TEXT), "last_id": _or_null(_TEXT)}
    return _object("list", data=_several(_ref(name)), has_more=_TRUTH, **ids)


def _deleted(kind: str) -> Schema:
    return _object(kind, id=_TEXT, deleted={"const": True})


_COUNTS = _object(in_progress=_WHOLE, completed=_WHOLE, failed=_WHOLE, cancelled=_WHOLE, total=_WHOLE)
_STORE_FILE: Mapping[str, Schema] = {
    "id": _TEXT,
    "created_at": _WHOLE,
    "usage_bytes": _WHOLE,
    "vector_store_id": _TEXT,
    "status": {"enum": ["in_progress", "completed", "cancelled", "failed"]},
    "last_error": _or_null(_object(code=_TEXT, message=_or_null(_TEXT))),
    "attributes": _MAP,
    "chunking_strategy": _MAP,
    "filename": _TEXT,
    "chunks": _WHOLE,
    "progress": _WHOLE,
    "reading": _or_null(_object(chunks_done=_WHOLE, chunks_total=_WHOLE)),
    "warnings": _TEXTS,
}
_RESULT = _object(
    file_id=_TEXT,
    filename=_TEXT,
    score=_NUMBER,
    attributes=_MAP,
    content=_several(_object(type={"const": "text"}, text=_TEXT)),
    optional={"footnote": _MAP},
)
_MESSAGE = _object(
    role=_TEXT,
    content=_or_null(_TEXT),
    refusal=_or_null(_TEXT),
    optional={"annotations": _several(_MAP), "footnote": _MAP},
)
_CHOICE = _object(index=_WHOLE, message=_MESSAGE, finish_reason=_TEXT, logprobs=_or_null(_MAP))

SCHEMAS: Mapping[str, Schema] = {
    "Error": _object(
        error=_object(message=_TEXT, type=_TEXT, param=_or_null(_TEXT), code=_or_null(_TEXT))
    ),
    "ChatCompletion": _object(
        "chat.completion", id=_TEXT, created=_WHOLE, model=_TEXT, choices=_several(_CHOICE), usage=_MAP,
        optional={"footnote": _MAP},
    ),
    "Completion": _object(
        "text_completion", id=_TEXT, created=_WHOLE, model=_TEXT, usage=_MAP,
        choices=_several(_object(index=_WHOLE, text=_TEXT, finish_reason=_or_null(_TEXT))),
        optional={"footnote": _MAP},
    ),
    "Response": _object(
        "response", id=_TEXT, created_at=_WHOLE, status=_TEXT, model=_TEXT, output=_several(_MAP),
        error=_or_null(_MAP), incomplete_details=_or_null(_MAP), metadata=_MAP, optional={"footnote": _MAP},
    ),
    "ResponseDeleted": _deleted("response"),
    "ItemList": _object(
        "list", data=_several(_MAP), has_more=_TRUTH, first_id=_or_null(_TEXT), last_id=_or_null(_TEXT)
    ),
    "Item": _object(id=_TEXT, type=_TEXT),
    "Conversation": _object("conversation", id=_TEXT, created_at=_WHOLE, metadata=_or_null(_MAP)),
    "ConversationDeleted": _deleted("conversation.deleted"),
    "EmbeddingList": _object(
        "list",
        data=_several(
            _object("embedding", index=_WHOLE, embedding={"anyOf": [_several(_NUMBER), _TEXT]})
        ),
        model=_TEXT,
        usage=_object(prompt_tokens=_WHOLE, total_tokens=_WHOLE),
    ),
    "Model": _object("model", id=_TEXT, created=_WHOLE, owned_by=_TEXT),
    "ModelList": _object("list", data=_several(_ref("Model"))),
    "File": _object(
        "file", id=_TEXT, bytes=_WHOLE, created_at=_WHOLE, filename=_TEXT, purpose=_TEXT, status=_TEXT,
        optional={"expires_at": _WHOLE},
    ),
    "FileList": _page("File"),
    "FileDeleted": _deleted("file"),
    "Upload": _object(
        "upload", id=_TEXT, bytes=_WHOLE, created_at=_WHOLE, expires_at=_WHOLE, filename=_TEXT, purpose=_TEXT,
        status={"enum": ["pending", "completed", "cancelled", "expired"]},
        file={"anyOf": [_ref("File"), {"type": "null"}]},
    ),
    "UploadPart": _object("upload.part", id=_TEXT, created_at=_WHOLE, upload_id=_TEXT),
    "VectorStore": _object(
        "vector_store", id=_TEXT, created_at=_WHOLE, name=_TEXT, description=_or_null(_TEXT), usage_bytes=_WHOLE,
        file_counts=_COUNTS, status={"enum": ["expired", "in_progress", "completed"]},
        expires_at=_or_null(_WHOLE), last_active_at=_WHOLE, metadata=_MAP, optional={"expires_after": _MAP},
    ),
    "VectorStoreList": _page("VectorStore"),
    "VectorStoreDeleted": _deleted("vector_store.deleted"),
    "TopicList": _object(
        "list",
        data=_several(_object("footnote.topic", filename=_TEXT, heading=_or_null(_TEXT))),
    ),
    "VectorStoreFile": _object("vector_store.file", **_STORE_FILE),
    "VectorStoreFileList": _page("VectorStoreFile"),
    "VectorStoreFileDeleted": _deleted("vector_store.file.deleted"),
    "VectorStoreFileContent": _object(
        "vector_store.file_content.page",
        data=_several(_object(type={"const": "text"}, text=_TEXT)),
        has_more=_TRUTH,
        next_page=_or_null(_TEXT),
    ),
    "FileBatch": _object(
        "vector_store.file_batch", id=_TEXT, created_at=_WHOLE, vector_store_id=_TEXT, file_counts=_COUNTS,
        status={"enum": ["in_progress", "completed", "cancelled", "failed"]},
    ),
    "SearchResults": _object(
        "vector_store.search_results.page",
        search_query=_TEXTS,
        data=_several(_RESULT),
        has_more=_TRUTH,
        next_page=_or_null(_TEXT),
    ),
    "Ingested": _object("footnote.ingest", vector_store_id=_TEXT, chunks=_WHOLE, data=_several(_MAP)),
    "Retrieval": _object("footnote.retrieval", id=_TEXT, created_at=_WHOLE, chunks=_several(_MAP)),
    "Health": _object(status={"enum": ["ok", "database_gone"]}),
    "Readiness": _object(
        status={"enum": ["ready", "not_ready"]}, version=_TEXT, provider=_MAP, auth_required=_TRUTH, reasons=_TEXTS,
        warnings=_TEXTS,
    ),
}  # fmt: skip

_CONVERSATION = "/v1/conversations/{conversation_id}"
_STORE = "/v1/vector_stores/{vector_store_id}"
ANSWERS: Mapping[tuple[str, str], str] = {
    ("post", "/v1/chat/completions"): "ChatCompletion",
    ("post", "/v1/completions"): "Completion",
    ("post", "/v1/responses"): "Response",
    ("get", "/v1/responses/{response_id}"): "Response",
    ("delete", "/v1/responses/{response_id}"): "ResponseDeleted",
    ("post", "/v1/responses/{response_id}/cancel"): "Response",
    ("get", "/v1/responses/{response_id}/input_items"): "ItemList",
    ("post", "/v1/conversations"): "Conversation",
    ("get", _CONVERSATION): "Conversation",
    ("post", _CONVERSATION): "Conversation",
    ("delete", _CONVERSATION): "ConversationDeleted",
    ("post", f"{_CONVERSATION}/items"): "ItemList",
    ("get", f"{_CONVERSATION}/items"): "ItemList",
    ("get", f"{_CONVERSATION}/items/{{item_id}}"): "Item",
    ("delete", f"{_CONVERSATION}/items/{{item_id}}"): "Conversation",
    ("post", "/v1/embeddings"): "EmbeddingList",
    ("get", "/v1/models"): "ModelList",
    ("get", "/v1/models/{model}"): "Model",
    ("post", "/v1/ingest"): "Ingested",
    ("post", "/v1/files"): "File",
    ("get", "/v1/files"): "FileList",
    ("get", "/v1/files/{file_id}"): "File",
    ("delete", "/v1/files/{file_id}"): "FileDeleted",
    ("post", "/v1/uploads"): "Upload",
    ("post", "/v1/uploads/{upload_id}/parts"): "UploadPart",
    ("post", "/v1/uploads/{upload_id}/complete"): "Upload",
    ("post", "/v1/uploads/{upload_id}/cancel"): "Upload",
    ("post", "/v1/vector_stores"): "VectorStore",
    ("get", "/v1/vector_stores"): "VectorStoreList",
    ("get", _STORE): "VectorStore",
    ("post", _STORE): "VectorStore",
    ("delete", _STORE): "VectorStoreDeleted",
    ("post", f"{_STORE}/search"): "SearchResults",
    ("get", f"{_STORE}/topics"): "TopicList",
    ("post", f"{_STORE}/files"): "VectorStoreFile",
    ("get", f"{_STORE}/files"): "VectorStoreFileList",
    ("get", f"{_STORE}/files/{{file_id}}"): "VectorStoreFile",
    ("post", f"{_STORE}/files/{{file_id}}"): "VectorStoreFile",
    ("delete", f"{_STORE}/files/{{file_id}}"): "VectorStoreFileDeleted",
    ("get", f"{_STORE}/files/{{file_id}}/content"): "VectorStoreFileContent",
    ("post", f"{_STORE}/file_batches"): "FileBatch",
    ("get", f"{_STORE}/file_batches/{{batch_id}}"): "FileBatch",
    ("post", f"{_STORE}/file_batches/{{batch_id}}/cancel"): "FileBatch",
    ("get", f"{_STORE}/file_batches/{{batch_id}}/files"): "VectorStoreFileList",
    ("get", "/v1/retrievals/{retrieval_id}"): "Retrieval",
    ("get", "/healthz"): "Health",
    ("get", "/readyz"): "Readiness",
}
# Answers that are no JSON, or that come in another form as well.
OTHER_ANSWERS: Mapping[tuple[str, str], str] = {
    ("post", "/v1/chat/completions"): "text/event-stream",
    ("post", "/v1/completions"): "text/event-stream",
    ("post", "/v1/responses"): "text/event-stream",
    ("get", "/v1/responses/{response_id}"): "text/event-stream",
    ("get", "/v1/files/{file_id}/content"): "application/octet-stream",
    ("get", "/metrics"): "text/plain",
}

_BYTES = {"type": "string", "format": "binary"}
_NOTES = {
    "vector_store": _TEXT,
    "source": _TEXT,
    "metadata": _TEXT,
    "attributes": _TEXT,
    "wait": _TEXT,
    "replace": _TEXT,
}
FORMS: Mapping[tuple[str, str], Schema] = {
    ("post", "/v1/files"): _object(
        file=_BYTES,
        purpose={"enum": ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]},
        optional={
            "expires_after[anchor]": {**_TEXT, "enum": ["created_at"]},
            "expires_after[seconds]": {**_TEXT, "pattern": "^[0-9]+$"},
        },
    ),
    ("post", "/v1/uploads/{upload_id}/parts"): _object(data=_BYTES),
    ("post", "/v1/ingest"): _object(file=_BYTES, optional=_NOTES),
}
