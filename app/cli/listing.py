"""What commands that list things print: JSON, ids alone, or a table."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from app.cli.command import command
from app.cli.later import later
from app.cli.output import console
from app.cli.remote import RemoteError, print_json

if TYPE_CHECKING:
    from rich import table as rich_table
    from rich import text as rich_text
else:
    rich_table = later("rich.table")
    rich_text = later("rich.text")

_KB = 1_000
_LONGEST_ID = 29


def print_list(
    found: Sequence[dict[str, Any]],
    make_table: Callable[[Sequence[dict[str, Any]]], "rich_table.Table"],
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
        console().print(make_table(found) if found else empty)


def print_item(
    found: dict[str, Any],
    make_table: Callable[[Sequence[dict[str, Any]]], "rich_table.Table"],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print one item as the options ask."""
    if as_json:
        print_json(found)
    else:
        print_list([found], make_table, empty="", as_json=False, quiet=quiet)


@contextmanager
def known_store(reference: str | None) -> Iterator[None]:
    """Say how the vector stores are listed when the server knows none of this id or name."""
    try:
        yield
    except RemoteError as error:
        if reference is None or error.code != "404" or repr(reference) not in error.message:
            raise
        raise RemoteError(f"{error.message} `{command()} stores ls` lists those that there are.") from error


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str = "", as_json: bool, quiet: bool
) -> None:
    """Print rows as the options ask: JSON with the columns as names, the first column alone, or a table.

    `empty` is what people read instead of a table without rows.
    """
    if as_json:
        names = [column.replace(" ", "_") for column in columns]
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    elif quiet:
        for row in rows:
            typer.echo(row[0])
    elif empty and not rows:
        typer.echo(empty)
    else:
        # What is too wide is folded: ids and numbers that are cut are of no use.
        table = rich_table.Table(*(rich_table.Column(name, overflow="fold") for name in columns))
        if columns[0] == "id":
            # Ids are copied, so they stay in one piece.
            table.columns[0].no_wrap = True
            table.columns[0].min_width = max((len(row[0]) for row in rows), default=0)
        for row in rows:
            table.add_row(*(rich_text.Text(_cell(value)) for value in row))
        console().print(table)


def _cell(value: Any) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def table_of(*columns: str) -> "rich_table.Table":
    """Return a table whose first column is for ids. They are copied, so they are never cut."""
    return rich_table.Table(rich_table.Column("id", no_wrap=True, min_width=_LONGEST_ID), *columns)


def kilobytes(count: int) -> str:
    """Return a number of bytes as a table shows it."""
    return f"{count / _KB:,.0f}"
