"""What handlers ask for: the services, and who is calling. Never a session."""

from typing import Annotated, cast

from fastapi import Depends, Request

from app.core.source_links import SourceLinks
from app.core.types import Caller
from app.services import Services


def _services(request: Request) -> Services:
    return cast("Services", request.state.services)


ServicesDep = Annotated[Services, Depends(_services)]


def source_links(request: Request, services: Services, caller: Caller) -> SourceLinks:
    """Return what makes the links to sources in an answer to this caller, as addresses of this server."""
    return services.source_links.links(caller, base_url=str(request.base_url).rstrip("/"))


async def _caller(request: Request, services: ServicesDep) -> Caller:
    """Return who calls, before a byte of the body is read."""
    caller = services.keys.identify(request.headers.get("authorization"))
    limits = await services.rate_limits.spend(caller)
    if limits is not None:
        request.state.limit_headers = limits.headers()
    return caller


CallerDep = Annotated[Caller, Depends(_caller)]
