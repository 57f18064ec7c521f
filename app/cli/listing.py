"""What the commands for files and vector stores print: JSON, ids alone, or a table."""

from collections.abc import Callable, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Column, Table

from app.cli.remote import print_json

console = Console(highlight=False)
_KB = 1_000
_LONGEST_ID = 29


def print_list(
    found: Sequence[dict[str, Any]],
    make_table: Callable[[Sequence[dict[str, Any]]], Table],
    *,
    empty: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print a list as the options ask; `empty` is what is said when there is nothing."""
    if as_json:
        print_json(found)
    elif quiet:
        for each in found:
            typer.echo(each["id"])
    else:
        console.print(make_table(found) if found else empty)


def table_of(*columns: str) -> Table:
    """Return a table whose first column is for ids. They are copied, so they are never cut."""
    return Table(Column("id", no_wrap=True, min_width=_LONGEST_ID), *columns)


def kilobytes(count: int) -> str:
    """Return a number of bytes as a table shows it."""
    return f"{count / _KB:,.0f}"
