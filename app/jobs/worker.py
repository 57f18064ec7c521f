"""Runs queued jobs: claims, keeps the leases, tries again with growing pauses, gives back what it cannot finish."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import stamina
import structlog

from app.core.errors import (
    Conflict,
    DiskFull,
    FootnoteError,
    InvalidRequest,
    NotFound,
    Overloaded,
    QuotaExceeded,
    RateLimited,
)
from app.core.waiting import check_cancelled
from app.db.jobs import LEASE_SECONDS, Claim, JobQueue, TryAlone

log = structlog.get_logger()

# Returns once jobs can be done.
Ready = Callable[[], Awaitable[None]]
# Does jobs that were claimed together; returns those that failed, or raises what failed for all.
Handler = Callable[[Sequence[Claim]], Awaitable[Mapping[Claim, Exception]]]

_MOST_ATTEMPTS = 3
# A job whose server dies is claimed again, and that does not count as an attempt. After this many claims the job itself is
# taken to be the cause.
_MOST_CLAIMS = 6
_LOOK_EVERY_SECONDS = 2.0
_FIRST_PAUSE_SECONDS = 2.0
# This many small files of one store are read together.
_GROUP = 16
_RENEW_SECONDS = LEASE_SECONDS / 6
# While PostgreSQL restarts. Whoever does not wait for it leaves a job that nobody takes up before its lease ends.
_once_it_is_back = stamina.AsyncRetryingCaller(
    attempts=None, timeout=LEASE_SECONDS, wait_initial=0.5, wait_max=2
).on(Overloaded)


class Worker:
    """Does jobs with the handler it is given, a few at once, until cancelled. None is claimed before `ready` returns."""

    def __init__(
        self, queue: JobQueue, handler: Handler, *, ready: Ready | None = None, concurrency: int = 4
    ) -> None:
        self._queue = queue
        self._handler = handler
        self._ready = ready
        self._concurrency = concurrency
        # One look that is due. Whoever is idle takes it, so that a new job does not wake all of them.
        self._looks: asyncio.Queue[None] = asyncio.Queue(maxsize=1)

    async def run(self) -> None:
        """Work until cancelled; jobs under way go back to the queue at once."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._queue.listen(self._wake))
            for _ in range(self._concurrency):
                group.create_task(self._work())

    async def run_once(self) -> bool:
        """Do the job that is due, with small ones beside it; return whether there was one."""
        claims = await self._queue.claim(_GROUP)
        if claims:
            due = claims[0].due
            if due > len(claims) or due >= _GROUP:
                # There are more, or may be: another one looks meanwhile.
                await self._wake()
            await self._do(claims)
        return bool(claims)

    async def _wake(self) -> None:
        with suppress(asyncio.QueueFull):
            self._looks.put_nowait(None)

    async def _work(self) -> None:
        while True:
            check_cancelled()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._looks.get()
            try:
                if self._ready is not None:
                    await self._ready()
                await self.run_once()
            except Overloaded as error:
                # A restart of the database: the job's lease ends, and it is taken up again.
                log.warning("worker_waits", reason=error.message)
            except Exception:
                log.exception("worker_failed")

    async def _do(self, claims: Sequence[Claim]) -> None:
        if claims[0].attempts > _MOST_CLAIMS:
            message = "The server stopped each time it read this file."
            await self._queue.fail(claims[0], code="server_error", message=message)
            return
        heartbeat = asyncio.create_task(self._keep_leases(claims))
        try:
            for claim, error in (await self._failures(claims)).items():
                await _once_it_is_back(self._settle, claim, error)
        except asyncio.CancelledError:
            await asyncio.shield(self._queue.postpone(claims, pause_seconds=0, forgiven=True))
            raise
        finally:
            heartbeat.cancel()
            await asyncio.gather(heartbeat, return_exceptions=True)

    async def _failures(self, claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        try:
            return await self._handler(claims)
        except Exception as error:  # noqa: BLE001 - settled and logged below: the worker goes on
            return dict.fromkeys(claims, error)

    async def _keep_leases(self, claims: Sequence[Claim]) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(FootnoteError):
                await self._queue.renew(claims)

    async def _settle(self, claim: Claim, error: Exception) -> None:
        """End a job that can never succeed; try others again, later each time."""
        check_cancelled()
        if isinstance(error, InvalidRequest | Conflict):
            await self._queue.fail(claim, code=error.code or "invalid_file", message=error.message)
            return
        if isinstance(error, NotFound):
            return  # deleted meanwhile: nothing is left to do, or to mark
        if isinstance(error, TryAlone):
            await self._queue.postpone([claim], pause_seconds=0)
            await self._wake()
            return
        if isinstance(error, Overloaded | RateLimited) and not isinstance(error, QuotaExceeded):
            pause = error.retry_after_seconds or _FIRST_PAUSE_SECONDS
            if isinstance(error, DiskFull):
                log.warning("job_waits", reason=error.message, pause_seconds=pause)
            await self._queue.postpone([claim], pause_seconds=pause, forgiven=True)
            return

        log.warning("job_failed", attempts=claim.attempts, exc_info=error)
        if claim.attempts >= _MOST_ATTEMPTS:
            message = (
                error.message
                if isinstance(error, FootnoteError)
                else "The server had an error with this file."
            )
            await self._queue.fail(claim, code="server_error", message=message)
            return
        pause = _FIRST_PAUSE_SECONDS * 4 ** (claim.attempts - 1)
        await self._queue.postpone([claim], pause_seconds=pause)
