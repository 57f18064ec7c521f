"""Requests that are repeated under one Idempotency-Key: the first is answered, the others get its answer."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from app.core.errors import Conflict, FootnoteError, InvalidRequest
from app.core.types import Caller
from app.db.idempotent_answers import IdempotentAnswers, KeptAnswer, Slot

log = structlog.get_logger()

LARGEST_ANSWER = 16 * 1024 * 1024
_LONGEST_KEY = 255
_STAY_SECONDS = 10.0
_WAIT_SECONDS = 120.0
_FIRST_LOOK_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.5


class FirstAnswers:
    """Keeps first answers for a day, by project and key."""

    def __init__(self, rows: IdempotentAnswers) -> None:
        self._rows = rows

    async def claim(self, caller: Caller, idempotency_key: str) -> Slot | KeptAnswer:
        """Return the answer that was given first, or else the slot for the one that is to be given now.

        While the first is being answered, this waits. Raises InvalidRequest for a key that is none.
        """
        if not (0 < len(idempotency_key) <= _LONGEST_KEY and idempotency_key.isprintable()):
            raise InvalidRequest(
                f"An Idempotency-Key has 1 to {_LONGEST_KEY} printable characters.", param="Idempotency-Key"
            )
        slot = Slot(caller.project_id, caller.key_id or "", idempotency_key, secrets.token_hex(16))
        deadline = time.monotonic() + _WAIT_SECONDS
        pause = _FIRST_LOOK_SECONDS
        while True:
            if await self._rows.claim(slot):
                return slot
            if kept := await self._rows.find(slot):
                return kept
            if time.monotonic() > deadline:
                raise Conflict(
                    "A request with this Idempotency-Key is still being answered.",
                    code="idempotency_key_in_use",
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    @asynccontextmanager
    async def answering(self, slot: Slot) -> AsyncIterator[None]:
        """Hold the slot while the block makes the answer. If it keeps none, the slot is free afterwards."""
        staying = asyncio.create_task(self._stay(slot), name="idempotency")
        try:
            yield
        finally:
            staying.cancel()
            with suppress(asyncio.CancelledError):
                await staying
            # What cannot be freed now is free in half a minute.
            with suppress(FootnoteError):
                await self._rows.drop(slot)

    async def keep(self, slot: Slot, answer: KeptAnswer) -> None:
        """Keep the answer. A busy database loses it, and a repeated request would be done again."""
        try:
            await self._rows.keep(slot, answer)
        except FootnoteError as error:
            log.warning("first_answer_not_kept", reason=error.message)

    async def _stay(self, slot: Slot) -> None:
        while True:
            await asyncio.sleep(_STAY_SECONDS)
            with suppress(FootnoteError):
                await self._rows.stay(slot)
