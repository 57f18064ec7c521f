"""What handlers ask for: the few services that each uses, and who is calling. Never a session."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request

from app.access.keys import KeyRing
from app.access.rate_limits import RateLimits
from app.access.source_links import SourceLinkSigner
from app.answering.answer import Answerer
from app.answering.responding import Responder
from app.api.scopes import check_scope
from app.core.source_links import SourceLinks
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
    """Return the services and the caller, for the routes that are asked most: FastAPI takes 20 µs for each dependency."""
    return request.state.services, await identified(request)


async def source_links(request: Request, signer: SourceLinkSigner, caller: Caller) -> SourceLinks:
    """Return what makes the links to sources in an answer to this caller, as addresses of this server."""
    return await signer.links(caller, base_url=str(request.base_url).rstrip("/"))


CallerDep = Annotated[Caller, Depends(identified)]


async def _links(request: Request, signer: SourceLinkSignerDep, caller: CallerDep) -> SourceLinks:
    return await source_links(request, signer, caller)


LinksDep = Annotated[SourceLinks, Depends(_links)]
