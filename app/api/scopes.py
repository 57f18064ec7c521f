"""Which scope a key needs for each route. A route that is not listed needs `admin`; a test fails until it is."""

from collections.abc import Mapping

from fastapi import Request

from app.core.errors import PermissionDenied
from app.core.permissions import Scope, may
from app.core.types import Caller

Needed = tuple[Scope, ...]

# Any valid key will do.
ANY: Needed = ()
_CHAT = (Scope.CHAT,)
_EMBED = (Scope.EMBED,)
_SEARCH = (Scope.SEARCH,)
_READ = (Scope.FILES_READ,)
_WRITE = (Scope.FILES_WRITE,)
_ADMIN = (Scope.ADMIN,)

_CONVERSATION = "/v1/conversations/{conversation_id}"
_STORE = "/v1/vector_stores/{vector_store_id}"
# One of the scopes is enough.
SCOPES: Mapping[tuple[str, str], Needed] = {
    ("POST", "/v1/chat/completions"): _CHAT,
    ("POST", "/v1/completions"): _CHAT,
    ("POST", "/v1/responses"): _CHAT,
    ("GET", "/v1/responses/{response_id}"): _CHAT,
    ("DELETE", "/v1/responses/{response_id}"): _CHAT,
    ("POST", "/v1/responses/{response_id}/cancel"): _CHAT,
    ("GET", "/v1/responses/{response_id}/input_items"): _CHAT,
    ("POST", "/v1/conversations"): _CHAT,
    ("GET", _CONVERSATION): _CHAT,
    ("POST", _CONVERSATION): _CHAT,
    ("DELETE", _CONVERSATION): _CHAT,
    ("POST", f"{_CONVERSATION}/items"): _CHAT,
    ("GET", f"{_CONVERSATION}/items"): _CHAT,
    ("GET", f"{_CONVERSATION}/items/{{item_id}}"): _CHAT,
    ("DELETE", f"{_CONVERSATION}/items/{{item_id}}"): _CHAT,
    ("POST", "/v1/embeddings"): _EMBED,
    ("POST", "/embeddings"): _EMBED,
    ("GET", "/v1/models"): ANY,
    ("GET", "/v1/models/{model:path}"): ANY,
    ("POST", "/v1/ingest"): _WRITE,
    ("POST", "/v1/files"): _WRITE,
    ("GET", "/v1/files"): _READ,
    ("GET", "/v1/files/{file_id}"): _READ,
    ("DELETE", "/v1/files/{file_id}"): _WRITE,
    ("GET", "/v1/files/{file_id}/content"): _READ,
    ("POST", "/v1/uploads"): _WRITE,
    ("POST", "/v1/uploads/{upload_id}/parts"): _WRITE,
    ("POST", "/v1/uploads/{upload_id}/complete"): _WRITE,
    ("POST", "/v1/uploads/{upload_id}/cancel"): _WRITE,
    ("POST", "/v1/vector_stores"): _WRITE,
    ("GET", "/v1/vector_stores"): _READ,
    ("GET", _STORE): _READ,
    ("POST", _STORE): _WRITE,
    ("DELETE", _STORE): _WRITE,
    ("POST", f"{_STORE}/search"): _SEARCH,
    ("GET", f"{_STORE}/topics"): _READ,
    ("POST", f"{_STORE}/files"): _WRITE,
    ("GET", f"{_STORE}/files"): _READ,
    ("GET", f"{_STORE}/files/{{file_id}}"): _READ,
    ("POST", f"{_STORE}/files/{{file_id}}"): _WRITE,
    ("DELETE", f"{_STORE}/files/{{file_id}}"): _WRITE,
    ("GET", f"{_STORE}/files/{{file_id}}/content"): _READ,
    ("POST", f"{_STORE}/file_batches"): _WRITE,
    ("GET", f"{_STORE}/file_batches/{{batch_id}}"): _READ,
    ("POST", f"{_STORE}/file_batches/{{batch_id}}/cancel"): _WRITE,
    ("GET", f"{_STORE}/file_batches/{{batch_id}}/files"): _READ,
    ("GET", "/v1/retrievals/{retrieval_id}"): (Scope.SEARCH, Scope.CHAT),
    ("GET", "/sources/{file_id}"): _READ,
    ("GET", "/sources/{file_id}/original"): _READ,
    ("GET", "/metrics"): _ADMIN,
    # Each tool needs a scope of its own (`mcp/tools`).
    ("POST", "/mcp"): ANY,
}
# Without a key: whether the server lives, the pages, which ask for the key, and the description.
_PAGES = ("/", "/docs", "/retrievals/{retrieval_id}")
PUBLIC = frozenset({("GET", path) for path in ("/healthz", "/readyz", "/openapi.json", *_PAGES)})


def check_scope(request: Request, caller: Caller) -> None:
    """Raise PermissionDenied when the caller's key has none of the scopes that the route needs."""
    needed = SCOPES.get((request.method, request.scope["route"].path), _ADMIN)
    if not may(caller.scopes, needed):
        names = " or ".join(f"'{scope}'" for scope in needed)
        message = f"This API key may not do this: it needs the scope {names}."
        raise PermissionDenied(message, code="insufficient_scope")
