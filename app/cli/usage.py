"""footnote usage and footnote audit: what keys and projects used, and what was done with them."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.later import later
from app.cli.listing import print_rows
from app.cli.remote import AsJson, Quiet

if TYPE_CHECKING:
    import asyncio

    from app.cli import shared
    from app.db.usage import DayOfUse
    from app.services import Services
else:
    asyncio = later("asyncio")
    shared = later("app.cli.shared")

_AUDIT = ("time", "project", "action", "subject", "key", "request")
_USAGE = ("day", "project", "key", "name", "requests", "prompt tokens", "completion tokens")


def usage(
    project: Annotated[str | None, typer.Option(help="Only this project's, by its name.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3_660, help="How many days, today included.")] = 30,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Show requests and tokens by day, project and key (days in UTC)."""
    used = asyncio.run(_usage(project, days))
    rows = [_row(each) for each in used]
    # A program adds up by itself.
    total = (
        [] if as_json or quiet else [["all", "", "", "", *(sum(row[at] for row in rows) for at in (4, 5, 6))]]
    )
    print_rows(_USAGE, [*rows, *total], as_json=as_json, quiet=quiet)


def audit(
    project: Annotated[str | None, typer.Option(help="Only this project's, by its name.")] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back.")] = 30,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Show what was done with keys and what was deleted, the latest first (times in UTC)."""
    rows = [
        [
            f"{entry.created_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}",
            *(entry.project, entry.action, entry.subject, entry.key_id, entry.request_id),
        ]
        for entry in asyncio.run(_audit(project, days))
    ]
    empty = "Nothing was done with keys, and nothing was deleted."
    print_rows(_AUDIT, rows, empty=empty, as_json=as_json, quiet=quiet)


async def _audit(project: str | None, days: int) -> Sequence[Any]:
    async with shared.open_services() as services:
        await _check_project(services, project)
        return await services.key_library.audited(project=project, days=days)


async def _usage(project: str | None, days: int) -> "Sequence[DayOfUse]":
    async with shared.open_services() as services:
        await _check_project(services, project)
        return await services.usage.report(project=project, days=days)


async def _check_project(services: "Services", project: str | None) -> None:
    """Raise NotFound for a name that no project has: an empty table would look as if it had done nothing."""
    if project is not None:
        await shared.caller_of(services, project)


def _row(each: "DayOfUse") -> list[Any]:
    numbers = (each.requests, each.prompt_tokens, each.completion_tokens)
    return [f"{each.day:%Y-%m-%d}", each.project, each.key_id, each.name, *numbers]
