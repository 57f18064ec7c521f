"""Decides who may open a link to a source: anyone with a link that we signed, until it expires."""

import math
from collections.abc import Callable

from app.access.keys import KeyRing
from app.core.errors import Gone, PermissionDenied
from app.core.source_links import Signature, SourceLinks, check_link
from app.core.types import Caller

_HOUR = 3_600


class SourceLinkSigner:
    """Signs links while keys are on and `hours` is not 0. Without keys everyone may open everything.

    `now` is the clock that all servers share: one signs a link, another opens it.
    """

    def __init__(self, keys: KeyRing, secret: bytes, *, hours: int, now: Callable[[], float]) -> None:
        self._now = now
        self._keys = keys
        self._secret = secret
        self._hours = hours

    async def links(self, caller: Caller, *, base_url: str = "") -> SourceLinks:
        """Return the maker of links that this caller may pass on."""
        if not await self._signs():
            return SourceLinks(base_url, caller.project_id)
        # Up to the full hour, so that equal answers of one hour carry equal links.
        expires = math.ceil(self._now() / _HOUR) * _HOUR + self._hours * _HOUR
        return SourceLinks(base_url, caller.project_id, self._secret, expires)

    async def identify(
        self, file_id: str, chunk_id: str, *, project_id: str, signature: Signature | None
    ) -> Caller:
        """Return the caller that a signed link stands for; raise PermissionDenied for a forged one, Gone for an expired one."""
        if not await self._signs():
            raise PermissionDenied("This server signs no links.")
        verdict = check_link(self._secret, (project_id, file_id, chunk_id), signature, now=self._now())
        if verdict == "forged":
            raise PermissionDenied("This link was changed, or this server did not make it.")
        if verdict == "expired":
            raise Gone(f"This link has expired. Links to sources open for {self._hours} hours.")
        return Caller(project_id)

    async def _signs(self) -> bool:
        return self._hours > 0 and not await self._keys.is_open()
