"""footnote backup, restore and db check."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.groups import make_group
from app.cli.later import later
from app.cli.output import Output, give_up
from app.cli.remote import AsJson, Quiet

if TYPE_CHECKING:
    import asyncio

    from app import startup
    from app.cli import shared
    from app.db import checking
    from app.library import backups
else:
    asyncio = later("asyncio")
    startup = later("app.startup")
    shared = later("app.cli.shared")
    checking = later("app.db.checking")
    backups = later("app.library.backups")

_MOST_SEARCHES = 5

db = make_group("Check the database.")


@db.callback()
def _group() -> None:
    """Check the database."""


@db.command("check")
def check(as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """Read every table and index, compare the counters, and search; exit 1 with what is wrong."""
    settings = shared.load_settings()
    with startup.hold_database(settings.server_urls, settings.data_dir) as urls:
        startup.bring_up(urls)
        examined = checking.check(urls.owning)
        if examined.faults:
            give_up("\n".join(examined.faults), 1)
        searched = asyncio.run(_search(checking.samples(urls.owning, most=_MOST_SEARCHES)))
    read_by = (
        "amcheck" if examined.by_amcheck else "plain reading; the server has no amcheck, or we may not use it"
    )
    result = {"tables": examined.tables, "indexes": examined.indexes, "amcheck": examined.by_amcheck}
    words = f"{examined.tables} tables and {examined.indexes} indexes read ({read_by}), {searched} stores searched."
    Output(as_json, quiet).give(result | {"stores_searched": searched}, f"{words}\nAll is well.")


def backup(
    file: Annotated[Path, typer.Argument(help="A new file.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Write everything in the database into a file, as of one moment. Servers may go on."""
    settings = shared.load_settings()
    with startup.hold_database(settings.server_urls, settings.data_dir) as urls:
        startup.bring_up(urls)
        rows = backups.back_up(urls, file)
    result = {"file": str(file), "bytes": file.stat().st_size, "rows": dict(rows)}
    Output(as_json, quiet).give(result, f"{_listed(rows)} in {file}.")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `footnote backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Delete what the database holds.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Load a backup into an empty database, all of it or nothing, and check it. Servers must not run."""
    settings = shared.load_settings()
    with startup.hold_database(settings.server_urls, settings.data_dir) as urls:
        loaded = backups.restore(urls, file, replaces=force)
        startup.bring_up(urls)
        rows = backups.compare(urls, loaded)
        searched = asyncio.run(_search(checking.samples(urls.owning, most=_MOST_SEARCHES)))
    words = f"{_listed(rows)} restored; {searched} stores searched, and their documents found."
    result = {"file": str(file), "rows": dict(rows), "stores_searched": searched}
    Output(as_json, quiet).give(result, words)


async def _search(samples: "list[checking.Sample]") -> int:
    """Search a store for each sample of it; return how many that were."""
    async with shared.open_services() as services:
        for sample in samples:
            await backups.find_again(services.search, sample)
    return len(samples)


def _listed(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in rows.items())
