"""What each key uses: counted in memory, and written down every few seconds."""

import asyncio
from dataclasses import dataclass

import structlog

from app.core.errors import Overloaded
from app.core.types import Caller
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
