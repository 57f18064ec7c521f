"""What `/docs` shows of the main routes and sends when somebody tries them: examples that work on any server."""

from collections.abc import Mapping
from typing import Any

_QUESTION = "How long is parental leave?"
_CHAT = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": _QUESTION}]}
_FILTER = {"type": "eq", "key": "team", "value": "people"}

# Route → name → JSON body. The first is filled in.
BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("post", "/v1/chat/completions"): {
        "A question": _CHAT,
        "Streamed": _CHAT | {"stream": True},
        "Of one store, by name": _CHAT | {"footnote": {"vector_store_ids": ["default"], "mode": "hybrid"}},
    },
    ("post", "/v1/responses"): {
        "A question": {"model": "gpt-5.4-mini", "input": _QUESTION},
        "Streamed": {"model": "gpt-5.4-mini", "input": _QUESTION, "stream": True},
    },
    ("post", "/v1/embeddings"): {
        "A text": {"model": "text-embedding-3-small", "input": _QUESTION},
        "Several texts": {"model": "text-embedding-3-small", "input": [_QUESTION, "Who approves it?"]},
    },
    ("post", "/v1/vector_stores"): {"A store": {"name": "handbook"}},
    ("post", "/v1/vector_stores/{vector_store_id}/search"): {
        "A question": {"query": _QUESTION},
        "Of some documents": {"query": _QUESTION, "filters": _FILTER, "max_num_results": 5},
    },
    ("post", "/v1/ingest"): {
        "A text": {"text": "Parental leave lasts 26 weeks.", "filename": "leave.txt"},
        "A text with attributes": {
            "text": "Parental leave lasts 26 weeks.",
            "filename": "leave.txt",
            "attributes": {"team": "people"},
        },
    },
}
# Parameters of paths that have a value on every server: a store is found by its name, too.
PATH_PARAMETERS: Mapping[str, Any] = {"vector_store_id": "default"}
