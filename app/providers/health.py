"""Whether the provider can answer at all, asked at most every so often."""

import asyncio

from app.core.errors import FootnoteError, UpstreamMisconfigured
from app.providers.base import ChatProvider

_FRESH_SECONDS = 15.0
_CHECK_SECONDS = 5.0


class ProviderHealth:
    """Remembers what the last check said."""

    def __init__(self, chat: ChatProvider) -> None:
        self._chat = chat
        self._checked_at: float | None = None
        self._reason: str | None = None
        self._lock = asyncio.Lock()

    async def reason(self, now: float) -> str | None:
        """Return what must be set before calls can succeed, None when nothing. `now` is monotonic.

        Only a missing or refused key counts: an upstream that is away for a moment does not take us down.
        """
        async with self._lock:
            if self._checked_at is None or now - self._checked_at > _FRESH_SECONDS:
                self._reason = await self._check()
                self._checked_at = now
            return self._reason

    async def _check(self) -> str | None:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await self._chat.check()
        except UpstreamMisconfigured as error:
            return error.message
        except (FootnoteError, TimeoutError):
            return None
        return None
