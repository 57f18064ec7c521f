"""Requests and tokens per minute for each key, what a project may use in a month, and counting what is used."""

import asyncio
import math
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

import structlog

from app.access.limit_storage import LimitStorage, Window
from app.core import telemetry
from app.core.errors import Overloaded, QuotaExceeded, RateLimited
from app.core.types import Caller, Json
from app.db.usage import DayOfUse, UsageRows, Used

log = structlog.get_logger()

_EVERY_SECONDS = 5.0


@dataclass(slots=True)
class _Counts:
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class UsageLog:
    """Counts requests and tokens by project and key. A killed process loses the last seconds of it."""

    def __init__(self, rows: UsageRows) -> None:
        self._rows = rows
        self._counts: dict[tuple[str, str], _Counts] = {}

    def note(
        self, caller: Caller, *, requests: int = 0, prompt_tokens: int = 0, completion_tokens: int = 0
    ) -> None:
        """Count what a caller used."""
        self._add(
            (caller.project_id, caller.key_id or ""), _Counts(requests, prompt_tokens, completion_tokens)
        )

    def unsaved_tokens(self, project_id: str) -> int:
        """Return how many tokens of a project are counted here and not written down yet."""
        return sum(
            counts.prompt_tokens + counts.completion_tokens
            for (owner, _), counts in self._counts.items()
            if owner == project_id
        )

    async def report(self, *, project: str | None, days: int) -> list[DayOfUse]:
        """Return what is written down of the last days; of one project if it is named."""
        return await self._rows.report(project=project, days=days)

    async def run(self) -> None:
        """Write down until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            try:
                await self.save()
            except Exception:
                log.exception("usage_lost")

    async def save(self) -> None:
        """Write down what was counted. A busy database gets it the next time."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        used = [
            Used(project_id, key_id, each.requests, each.prompt_tokens, each.completion_tokens)
            for (project_id, key_id), each in counts.items()
        ]
        try:
            await self._rows.add(used)
        except Overloaded:
            log.warning("usage_not_saved", keys=len(counts))
            for key, each in counts.items():
                self._add(key, each)

    def _add(self, key: tuple[str, str], more: _Counts) -> None:
        counts = self._counts.setdefault(key, _Counts())
        counts.requests += more.requests
        counts.prompt_tokens += more.prompt_tokens
        counts.completion_tokens += more.completion_tokens


Counted = Literal["requests", "tokens"]

_NOTHING: Json = {"prompt_tokens": 0, "completion_tokens": 0}


@dataclass(frozen=True, slots=True)
class LimitState:
    """A caller's limit: `remaining` of `limit` are left in this minute; all are available again in `reset_seconds`."""

    counted: Counted
    limit: int
    remaining: int
    reset_seconds: float

    def headers(self) -> dict[str, str]:
        """Return OpenAI's rate limit headers."""
        return {
            f"x-ratelimit-limit-{self.counted}": str(self.limit),
            f"x-ratelimit-remaining-{self.counted}": str(self.remaining),
            f"x-ratelimit-reset-{self.counted}": format_duration(self.reset_seconds),
        }


class LimitExceeded(RateLimited):
    """The caller's own limit is spent; `state` says when to come back."""

    def __init__(self, state: LimitState, *, wait_seconds: float, asked: str = "") -> None:
        super().__init__(
            f"Rate limit reached: {state.limit} {state.counted} per minute. {asked}"
            f"Please try again in {format_duration(wait_seconds)}.",
            code="rate_limit_exceeded",
            retry_after_seconds=max(1.0, math.ceil(wait_seconds)),
        )
        self.state = state


class TokenLimitExceeded(LimitExceeded):
    """The tokens of this minute are spent."""

    kind = "tokens"


class TooManyTokens(RateLimited):
    """One request asks for more tokens than a minute has: no retry will help."""

    kind = "tokens"
    should_retry = False


@dataclass(slots=True)
class Reservation:
    """Tokens that were put aside for one answer. If the block that holds it fails, they are given back."""

    _storage: LimitStorage
    _usage: UsageLog
    _caller: Caller
    _limit: int
    _tokens: int
    headers: dict[str, str] = field(default_factory=dict)
    _is_settled: bool = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            await self.settle(_NOTHING)

    async def settle(self, usage: Json | None) -> None:
        """Count what an answer really used, in OpenAI's fields, in place of what was put aside. Later calls count nothing.

        Without a report, as when the client hung up, it counts as all that was put aside.
        """
        if self._is_settled:
            return
        self._is_settled = True
        prompt = self._tokens if usage is None else _number(usage, "prompt_tokens")
        completion = 0 if usage is None else _number(usage, "completion_tokens")
        self._usage.note(self._caller, prompt_tokens=prompt, completion_tokens=completion)
        telemetry.note_tokens(prompt, completion)
        missing = prompt + completion - self._tokens
        if self._limit and missing:
            await self._storage.correct_tokens(_name(self._caller), self._limit, missing)


class RateLimits:
    """Counts for each key, by its own limits or those of the settings; 0 a minute means no limit."""

    def __init__(
        self, storage: LimitStorage, usage: UsageLog, *, requests_per_minute: int, tokens_per_minute: int
    ) -> None:
        self._storage = storage
        self._usage = usage
        self._requests_per_minute = requests_per_minute
        self._tokens_per_minute = tokens_per_minute

    async def admit(self, caller: Caller) -> dict[str, str]:
        """Count one request and return the headers of the caller's limits; raise LimitExceeded when none was left.

        If the storage is down, requests pass: limits protect the service, and must not stop it.
        """
        headers: dict[str, str] = {}
        if limit := self._limit_of_requests(caller):
            window = await self._storage.count_request(_name(caller), limit)
            if window is not None:
                headers |= _state("requests", limit, window).headers()
                if window.wait_seconds is not None:
                    raise LimitExceeded(_state("requests", limit, window), wait_seconds=window.wait_seconds)
        if limit := self._limit_of_tokens(caller):
            window = await self._storage.count_tokens(_name(caller), limit, 0)
            if window is not None:
                headers |= _state("tokens", limit, window).headers()
        self._usage.note(caller, requests=1)
        return headers

    async def reserve(self, caller: Caller, tokens: int) -> Reservation:
        """Put tokens aside for one answer.

        Raises LimitExceeded if fewer are left in this minute, QuotaExceeded if the month's budget is used up.
        """
        self._check_budget(caller)
        limit = self._limit_of_tokens(caller)
        reservation = Reservation(self._storage, self._usage, caller, limit, tokens)
        if not limit:
            return reservation
        if tokens > limit:
            raise TooManyTokens(
                f"Request too large: it asks for {tokens} tokens, and the limit is {limit} tokens per minute. "
                "Shorten the messages or lower max_tokens.",
                code="rate_limit_exceeded",
            )
        window = await self._storage.count_tokens(_name(caller), limit, tokens)
        if window is None:
            return reservation
        state = _state("tokens", limit, window)
        if window.wait_seconds is not None:
            asked = f"{window.remaining} are left, and {tokens} were asked for. "
            raise TokenLimitExceeded(state, wait_seconds=window.wait_seconds, asked=asked)
        reservation.headers = state.headers()
        return reservation

    def _check_budget(self, caller: Caller) -> None:
        if caller.tokens_left is None or caller.tokens_left > self._usage.unsaved_tokens(caller.project_id):
            return
        raise QuotaExceeded(
            "The tokens that this project may use in a month are used up. "
            "`footnote keys budget` raises the budget.",
            code="insufficient_quota",
        )

    def _limit_of_requests(self, caller: Caller) -> int:
        own = caller.allowance.requests_per_minute
        return self._requests_per_minute if own is None else own

    def _limit_of_tokens(self, caller: Caller) -> int:
        own = caller.allowance.tokens_per_minute
        return self._tokens_per_minute if own is None else own


def format_duration(seconds: float) -> str:
    """Return a duration as OpenAI writes it: 60ms, 1s, 6m0s."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _number(usage: Json, name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else 0


def _name(caller: Caller) -> str:
    return caller.key_id or caller.project_id


def _state(counted: Counted, limit: int, window: Window) -> LimitState:
    return LimitState(counted, limit, window.remaining, window.reset_seconds)
