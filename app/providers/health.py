"""Whether each provider can answer at all. The result is cached for some seconds."""

import asyncio
from collections.abc import Mapping

from app.core.errors import FootnoteError, UpstreamMisconfigured
from app.providers.base import ChatProvider, Provider
from app.providers.select import ProviderRole, Providers

_FRESH_SECONDS = 15.0
_CHECK_SECONDS = 5.0


class ProviderHealth:
    """Remembers what the last check found."""

    def __init__(self, providers: Providers) -> None:
        self._by_role = providers.by_role
        self._checked_at: float | None = None
        self._reasons: Mapping[ProviderRole, str] = {}
        self._lock = asyncio.Lock()

    async def reasons(self, now: float) -> Mapping[ProviderRole, str]:
        """Return what must be set before calls can succeed, by the role that fails. `now` is monotonic.

        Only a missing or refused key counts. We stay ready while an upstream is away for a moment.
        """
        async with self._lock:
            if self._checked_at is None or now - self._checked_at > _FRESH_SECONDS:
                found = await asyncio.gather(*(_reason(provider) for provider in self._by_role.values()))
                self._reasons = {
                    role: reason for role, reason in zip(self._by_role, found, strict=True) if reason
                }
                self._checked_at = now
            return self._reasons


async def _reason(provider: Provider) -> str | None:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await provider.check()
    except UpstreamMisconfigured as error:
        return error.message
    except (FootnoteError, TimeoutError):
        return None
    return None


async def outages(providers: Providers) -> dict[ProviderRole, str]:
    """Return what keeps each provider from answering at this moment, by its role: somebody looks, so an absence counts, too."""
    by_role = providers.by_role
    found = await asyncio.gather(*(_outage(provider) for provider in by_role.values()))
    return {role: outage for role, outage in zip(by_role, found, strict=True) if outage}


async def _outage(provider: Provider) -> str | None:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await provider.check()
    except FootnoteError as error:
        return error.message
    except TimeoutError:
        return f"The model server did not answer within {_CHECK_SECONDS:.0f} seconds."
    return None


async def unlisted_model(chat: ChatProvider, model: str) -> str | None:
    """Return what to set when upstream does not list the chat model, None when it does or when that is unknown."""
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            listed = await chat.models()
    except (FootnoteError, TimeoutError):
        return None
    if not listed or model in listed:
        return None
    return (
        f"The upstream model server does not list {model!r}, the model of CHAT_MODEL: it may have been shut down. "
        "Set CHAT_MODEL to a model that it lists."
    )
