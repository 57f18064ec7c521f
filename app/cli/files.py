"""footnote files: the files of a running server."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.command import command
from app.cli.groups import make_group
from app.cli.later import later
from app.cli.listing import kilobytes, print_item, print_list, table_of
from app.cli.remote import ApiKey, AsJson, Quiet, Remote, RemoteError, Url, print_json

if TYPE_CHECKING:
    from rich import table as rich_table
    from rich import text as rich_text
else:
    rich_table = later("rich.table")
    rich_text = later("rich.text")

files = make_group("The files of a running server.")


@files.command("ls")
def list_files(url: Url = "", api_key: ApiKey = "", as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """List the files, the newest first."""
    with Remote(url, api_key) as server:
        found = list(server.listed("files"))
    print_list(found, _table, empty="There are no files yet.", as_json=as_json, quiet=quiet)


@files.command("show")
def show_file(
    reference: Annotated[str, typer.Argument(help="Id or name of a file.")],
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Show a file."""
    with Remote(url, api_key) as server:
        (file,) = _found(server, [reference])
    print_item(file, _details, as_json=as_json, quiet=quiet)


@files.command("rm")
def delete_files(
    references: Annotated[list[str], typer.Argument(help="Ids or names of files.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,  # noqa: FBT002 - a flag
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete files, and all that vector stores have of them."""
    deleted = []
    with Remote(url, api_key) as server:
        for file in _found(server, references):
            if yes or typer.confirm(f"Delete '{file['filename']}'?", err=True):
                deleted.append(server.delete("files", file["id"]))
                if not (as_json or quiet):
                    typer.echo(f"deleted: {file['filename']}")
    if as_json:
        print_json(deleted)


def _found(server: Remote, references: list[str]) -> list[dict[str, Any]]:
    """Return the files of these ids or names; raise RemoteError for a name that none has, or several have."""
    if all(reference.startswith("file-") for reference in references):
        return [server.get("files", reference) for reference in references]
    known = list(server.listed("files"))
    return [_one(known, reference) for reference in references]


def _one(known: list[dict[str, Any]], reference: str) -> dict[str, Any]:
    matching = [file for file in known if reference in (file["id"], file["filename"])]
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise RemoteError(f"There is no file '{reference}'. `{command()} files ls` lists them.")
    ids = ", ".join(file["id"] for file in matching)
    raise RemoteError(f"{len(matching)} files are named '{reference}'. Name one by its id: {ids}.")


def _table(found: Sequence[dict[str, Any]]) -> "rich_table.Table":
    table = table_of("name", "kB", "made", "purpose")
    for file in found:
        table.add_row(
            rich_text.Text(file["id"]),
            rich_text.Text(file["filename"]),
            kilobytes(file["bytes"]),
            _made(file),
            file["purpose"],
        )
    return table


def _details(found: Sequence[dict[str, Any]]) -> "rich_table.Table":
    """Return all that is known of one file, a line each: a long name has the whole width."""
    (file,) = found
    shown = {
        "id": file["id"],
        "name": file["filename"],
        "bytes": f"{file['bytes']:,}",
        "made": _made(file),
        "purpose": file["purpose"],
        "status": file["status"],
    }
    table = rich_table.Table(show_header=False, box=None)
    for name, value in shown.items():
        table.add_row(name, rich_text.Text(value))
    return table


def _made(file: dict[str, Any]) -> str:
    made = dt.datetime.fromtimestamp(file["created_at"], dt.UTC).astimezone()
    return f"{made:%Y-%m-%d %H:%M}"
