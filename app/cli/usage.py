"""footnote usage and footnote audit: what keys and projects used, and what was done with them."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from app.cli.shared import console, open_services
from app.db.usage import DayOfUse


def usage(
    project: Annotated[str | None, typer.Option(help="Only this project's, by its name.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3_660, help="How many days, today included.")] = 30,
) -> None:
    """Show requests and tokens by day, project and key (days in UTC)."""
    asyncio.run(_usage(project, days))


def audit(
    project: Annotated[str | None, typer.Option(help="Only this project's, by its name.")] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back.")] = 30,
) -> None:
    """Show what was done with keys and what was deleted, the latest first (times in UTC)."""
    asyncio.run(_audit(project, days))


async def _audit(project: str | None, days: int) -> None:
    async with open_services() as services:
        entries = await services.key_library.audited(project=project, days=days)
    table = Table("time", "project", "action", "subject", "key", "request")
    for entry in entries:
        when = f"{entry.created_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"
        cells = (when, entry.project, entry.action, entry.subject, entry.key_id, entry.request_id)
        table.add_row(*(cell or "–" for cell in cells))
    console.print(table)


async def _usage(project: str | None, days: int) -> None:
    async with open_services() as services:
        console.print(_table(await services.usage.report(project=project, days=days)))


def _table(used: Sequence[DayOfUse]) -> Table:
    table = Table("day", "project", "key", "name", "requests", "prompt tokens", "completion tokens")
    for each in used:
        numbers = (each.requests, each.prompt_tokens, each.completion_tokens)
        table.add_row(f"{each.day:%Y-%m-%d}", each.project, each.key_id or "–", each.name, *map(str, numbers))
    total = (sum(each.requests for each in used), sum(each.prompt_tokens for each in used))
    completion = sum(each.completion_tokens for each in used)
    table.add_row("all", "", "", "", *map(str, (*total, completion)), style="bold")
    return table
