"""/sources: a cited passage in the text of its document, as a page for people, and the document as it was uploaded."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import HTMLResponse

from app.access.keys import KeyRing, SourceLinkSigner
from app.access.rate_limits import RateLimits
from app.api.dependencies import (
    FilesDep,
    KeysDep,
    RateLimitsDep,
    SourceLinkSignerDep,
    SourcesDep,
    check_scope,
)
from app.api.file_content import content_response
from app.api.source_page import locked_page, source_page
from app.core.errors import FootnoteError, NotFound, Unauthenticated
from app.core.permissions import Place, SourceLinks, named_by, read_places, read_signature
from app.core.types import Caller

router = APIRouter(prefix="/sources", include_in_schema=False)

# A link is a key to its document: no cache may keep the page, and no search engine may list it.
_HEADERS = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an address asks for."""

    file_id: str
    chunk_id: str
    quote: str
    first: int | None

    @property
    def plain_address(self) -> str:
        """The address of the page without a signature: with a key, it opens."""
        links = SourceLinks("", "")
        if self.first is None:
            return links.url(self.file_id, self.chunk_id, quotes=self.quotes)
        return links.window_url(self.file_id, self.chunk_id, first=self.first, quotes=self.quotes)

    @property
    def quotes(self) -> tuple[Place, ...]:
        """Where in the document's text the quotes lie."""
        return read_places(self.quote)


@dataclass(frozen=True, slots=True)
class _Access:
    """Who may read a document: by a key, by a link's signature, or anyone if no keys are set."""

    keys: KeyRing
    signer: SourceLinkSigner
    rate_limits: RateLimits

    async def reader(self, asked: _Asked, request: Request) -> Caller:
        """Return who reads. Raises what keys, signatures and limits raise."""
        query = request.query_params
        authorization = request.headers.get("authorization")
        if authorization or "signature" not in query or await self.keys.is_open():
            caller = await self.keys.identify(authorization)
            check_scope(request, caller)
        else:
            caller = await self.signer.identify(
                named_by(query.get("project", ""), asked.file_id, asked.chunk_id, asked.quote),
                read_signature(query.get("expires", ""), query["signature"]),
            )
        await self.rate_limits.admit(caller)
        return caller


async def _access(keys: KeysDep, signer: SourceLinkSignerDep, rate_limits: RateLimitsDep) -> _Access:
    return _Access(keys, signer, rate_limits)


AccessDep = Annotated[_Access, Depends(_access)]


@router.get("/{file_id}")
async def show_source(file_id: str, request: Request, sources: SourcesDep, access: AccessDep) -> Response:
    """Show the text of a document around the cited chunk."""
    asked = _asked(file_id, request)
    try:
        caller = await access.reader(asked, request)
        text = await sources.read(caller, file_id, asked.chunk_id, first=asked.first)
    except FootnoteError as error:
        return _refused(asked, error)
    links = await access.signer.links(caller)
    page = source_page(text, chunk_id=asked.chunk_id, quotes=asked.quotes, links=links)
    return HTMLResponse(page, headers=_HEADERS)


@router.get("/{file_id}/original")
async def download_original(file_id: str, request: Request, files: FilesDep, access: AccessDep) -> Response:
    """Return the document as it was uploaded."""
    asked = _asked(file_id, request)
    try:
        caller = await access.reader(asked, request)
        file = await files.retrieve(caller, file_id)
    except FootnoteError as error:
        return _refused(asked, error)
    response = content_response(files, caller, file)
    response.headers.update(_HEADERS)
    return response


def _asked(file_id: str, request: Request) -> _Asked:
    """Return what is asked for. A parameter that is no number counts as absent."""
    first = request.query_params.get("first", "")
    is_number = first.isascii() and first.isdecimal() and len(first) <= _LONGEST_NUMBER
    query = request.query_params
    chunk_id, quote = query.get("chunk", ""), query.get("quote", "")
    return _Asked(file_id, chunk_id, quote, int(first) if is_number else None)


def _refused(asked: _Asked, error: FootnoteError) -> Response:
    message = error.message
    if isinstance(error, Unauthenticated) and error.code is None:
        message = "This document opens with an API key, or with a link that carries a signature."
    elif isinstance(error, NotFound):
        message = "There is no such document, or it was deleted."
    page = locked_page(message, address=asked.plain_address, asks_for_key=error.status in (401, 403, 410))
    return HTMLResponse(page, error.status, headers=_HEADERS)
