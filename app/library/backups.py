"""Backups of a whole database: one consistent dump in a file, and back."""

import os
import tempfile
from pathlib import Path

from app.core.errors import Conflict, FootnoteError, NotFound
from app.core.searches import SearchOptions
from app.core.types import Caller
from app.db import copies
from app.db.checking import Sample
from app.db.engine import DatabaseUrls
from app.db.migrating import knows
from app.postgres.tools import Tools, find_tools
from app.searching.stores import StoreSearch

_SAMPLE_CHARACTERS = 400
# What files of pg_dump's custom format begin with.
_MARK = b"PGDMP"


def back_up(urls: DatabaseUrls, file: Path) -> dict[str, int]:
    """Write the database as of one moment into a new file; return how many rows the main tables have in it.

    Others go on reading and writing. Raises Conflict when the file is there already.
    """
    if file.exists():
        raise Conflict(f"{file} is there already. Name a new file.")
    if not file.parent.is_dir():
        raise NotFound(f"There is no folder {str(file.parent)!r}.")
    # It holds every document: nobody else may read it. It has another name until it is whole.
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(descriptor)
    unfinished = Path(name)
    try:
        with copies.snapshot(urls.owning) as moment:
            tools = find_tools(copies.libpq_url(urls.owning), moment.server_major)
            tools.dump(unfinished, snapshot=moment.name)
        tools.read_through(unfinished)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return moment.rows


def restore(urls: DatabaseUrls, file: Path, *, replaces: bool) -> dict[str, int]:
    """Load a backup into the database, all of it or nothing; return how many rows its tables got.

    Raises Conflict while Footnote runs on the database, and when it holds data unless it `replaces` them.
    """
    tools = find_tools(copies.libpq_url(urls.owning), copies.server_major(urls.owning))
    _refuse_newer(tools, file)
    if copies.other_users(urls.owning):
        raise Conflict("Footnote runs on this database. Stop its servers and workers first.")
    held = {name: rows for name, rows in copies.rows_by_table(urls.owning).items() if rows}
    if held and not replaces:
        said = ", ".join(f"{rows} {name}" for name, rows in held.items())
        raise Conflict(f"The database holds data ({said}). With --force they are deleted and replaced.")
    return tools.restore(file, after=copies.clearing(urls.owning))


def compare(urls: DatabaseUrls, loaded: dict[str, int]) -> dict[str, int]:
    """Return the rows of the main tables; raise FootnoteError when they are not those that were loaded."""
    there = copies.rows_by_table(urls.owning)
    wrong = [
        f"{name}: {rows} of {loaded[name]}" for name, rows in there.items() if rows != loaded.get(name, rows)
    ]
    if wrong:
        raise FootnoteError(f"Not all rows are there: {', '.join(wrong)}.")
    return there


async def find_again(search: StoreSearch, sample: Sample) -> None:
    """Search a store for the words of one of its chunks; raise FootnoteError when the search does not find it."""
    options = SearchOptions(store_references=(sample.vector_store_id,), mode="lexical")
    found = await search.search(Caller(sample.project_id), [sample.text[:_SAMPLE_CHARACTERS]], options)
    if not any(sample.text == snippet.text for snippet in found.snippets):
        raise FootnoteError(
            f"A search of {sample.vector_store_id} did not find the words of its own document."
        )


def _refuse_newer(tools: Tools, file: Path) -> None:
    """Raise FootnoteError for a file that is no backup, or that of a newer Footnote."""
    with file.open("rb") as content:
        if content.read(len(_MARK)) != _MARK:
            raise FootnoteError(f"{file} is no backup. `footnote backup` writes one.")
    tools.contents(file)
    revisions = tools.rows(file, "alembic_version")
    if not revisions or not all(knows(revision) for revision in revisions):
        raise FootnoteError(
            "This backup was made by a newer version of Footnote. Restore it with that version."
        )
