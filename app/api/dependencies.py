"""What handlers ask for: who is calling and whether that key may, and the few services that each uses. Never a session."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette import types

from app.access.keys import KeyRing, SourceLinkSigner
from app.access.rate_limits import RateLimits
from app.answering.answer import Answerer
from app.answering.responding import Responder
from app.core.errors import PermissionDenied
from app.core.permissions import Scope, SourceLinks, may
from app.core.types import Caller
from app.db.database import Database
from app.library.conversations import ConversationLibrary
from app.library.file_batches import FileBatchLibrary
from app.library.files import FileLibrary
from app.library.ingest import IngestLibrary
from app.library.intake import Intake
from app.library.models import ModelLibrary
from app.library.responses import ResponseLibrary
from app.library.sources import SourceLibrary
from app.library.uploads import UploadLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.health import ProviderHealth
from app.providers.select import Providers
from app.retrieval.records import RetrievalLog
from app.services import ApiSettings, Services

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


def _service(name: str) -> Callable[[Request], Awaitable[Any]]:
    """Return what finds one of the services by its name."""

    # FastAPI would run a plain function in a thread.
    async def find(request: Request) -> Any:  # the alias below says of which type it is
        return getattr(request.state.services, name)

    return find


AnswererDep = Annotated[Answerer, Depends(_service("answerer"))]
ApiSettingsDep = Annotated[ApiSettings, Depends(_service("api_settings"))]
ConversationsDep = Annotated[ConversationLibrary, Depends(_service("conversations"))]
DatabaseDep = Annotated[Database, Depends(_service("database"))]
FileBatchesDep = Annotated[FileBatchLibrary, Depends(_service("file_batches"))]
FilesDep = Annotated[FileLibrary, Depends(_service("files"))]
HealthDep = Annotated[ProviderHealth, Depends(_service("provider_health"))]
IngestDep = Annotated[IngestLibrary, Depends(_service("ingest"))]
IntakeDep = Annotated[Intake, Depends(_service("intake"))]
KeysDep = Annotated[KeyRing, Depends(_service("keys"))]
ModelsDep = Annotated[ModelLibrary, Depends(_service("models"))]
ProvidersDep = Annotated[Providers, Depends(_service("providers"))]
RateLimitsDep = Annotated[RateLimits, Depends(_service("rate_limits"))]
ResponderDep = Annotated[Responder, Depends(_service("responder"))]
ResponsesDep = Annotated[ResponseLibrary, Depends(_service("responses"))]
RetrievalsDep = Annotated[RetrievalLog, Depends(_service("retrievals"))]
SourceLinkSignerDep = Annotated[SourceLinkSigner, Depends(_service("source_links"))]
SourcesDep = Annotated[SourceLibrary, Depends(_service("sources"))]
UploadsDep = Annotated[UploadLibrary, Depends(_service("uploads"))]
VectorStoreFilesDep = Annotated[VectorStoreFileLibrary, Depends(_service("vector_store_files"))]
VectorStoresDep = Annotated[VectorStoreLibrary, Depends(_service("vector_stores"))]


async def identified(request: Request) -> Caller:
    """Return who calls, before a byte of the body is read. Each dependency of a dependency would cost another round of FastAPI's."""
    services: Services = request.state.services
    caller = await services.keys.identify(request.headers.get("authorization"))
    check_scope(request, caller)
    request.state.limit_headers = await services.rate_limits.admit(caller)
    return caller


async def admitted(request: Request) -> tuple[Services, Caller]:
    """Return the services and the caller, for plain routes."""
    return request.state.services, await identified(request)


class PlainRoute(APIRoute):
    """One of the routes that are asked most. Its function takes only the request and what its path names, as strings.

    FastAPI describes it like others, and does not call it: to find out what to pass takes a tenth of a search.
    """

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[Response]], **described: Any) -> None:
        super().__init__(path, endpoint, **described)

        async def answer(scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
            response = await endpoint(request=Request(scope, receive, send), **scope["path_params"])
            await response(scope, receive, send)

        self.app = answer


async def source_links(request: Request, signer: SourceLinkSigner, caller: Caller) -> SourceLinks:
    """Return what makes the links to sources in an answer to this caller, as addresses of this server."""
    scope = request.scope
    root = scope.get("app_root_path", scope.get("root_path", ""))
    return await signer.links(
        caller, base_url=_base_url(scope["scheme"], request.headers.get("host"), scope.get("server"), root)
    )


@lru_cache(maxsize=256)
def _base_url(scheme: str, host: str | None, server: tuple[str, int] | None, root: str) -> str:
    """Return the address of this server as a client knows it. To take it apart takes longer than to read the body."""
    headers = [] if host is None else [(b"host", host.encode("latin-1"))]
    scope = {"type": "http", "scheme": scheme, "server": server, "path": root, "headers": headers}
    return str(Request(scope | {"root_path": root, "query_string": b""}).base_url).rstrip("/")


CallerDep = Annotated[Caller, Depends(identified)]


async def _links(request: Request, signer: SourceLinkSignerDep, caller: CallerDep) -> SourceLinks:
    return await source_links(request, signer, caller)


LinksDep = Annotated[SourceLinks, Depends(_links)]
