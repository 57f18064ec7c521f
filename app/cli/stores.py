"""footnote stores: the vector stores of a running server."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.groups import make_group
from app.cli.later import later
from app.cli.listing import kilobytes, known_store, print_item, print_list, table_of
from app.cli.output import console
from app.cli.remote import ApiKey, AsJson, Quiet, Remote, Url, print_json

if TYPE_CHECKING:
    from rich import table as rich_table
    from rich import text as rich_text
else:
    rich_table = later("rich.table")
    rich_text = later("rich.text")

stores = make_group("The vector stores of a running server.")
Reference = Annotated[str, typer.Argument(help="Id or name of a vector store.")]


@stores.command("ls")
def list_stores(url: Url = "", api_key: ApiKey = "", as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """List the vector stores, the newest first."""
    with Remote(url, api_key) as server:
        found = list(server.listed("vector_stores"))
    print_list(found, _table, empty="There is no vector store yet.", as_json=as_json, quiet=quiet)


@stores.command("show")
def show_store(
    reference: Reference,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Show a vector store and its files."""
    with Remote(url, api_key) as server:
        store = _found(server, reference)
        files = list(server.listed("vector_stores", store["id"], "files"))
    print_item(store | {"files": files}, _table, as_json=as_json, quiet=quiet)
    for file in () if as_json or quiet else files:
        note = (file.get("last_error") or {}).get("message") or "; ".join(file.get("warnings") or ())
        console().print(
            rich_text.Text("  ".join(filter(None, [file["id"], file["status"], file["filename"], note])))
        )


@stores.command("mk")
def make_store(
    name: Annotated[str, typer.Argument(help="Its name.")],
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Make a vector store; print its id."""
    del quiet  # the id alone is printed in any case
    with Remote(url, api_key) as server:
        made = server.post("vector_stores", name=name)
    if as_json:
        print_json(made)
    else:
        typer.echo(made["id"])


@stores.command("rm")
def delete_stores(
    references: Annotated[list[str], typer.Argument(help="Ids or names of vector stores.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,  # noqa: FBT002 - a flag
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete vector stores. Their files stay."""
    deleted = []
    with Remote(url, api_key) as server:
        found = [_found(server, reference) for reference in references]
        for store in found:
            name = store["name"] or store["id"]
            if yes or typer.confirm(f"Delete the vector store '{name}'?", err=True):
                deleted.append(server.delete("vector_stores", store["id"]))
                if not (as_json or quiet):
                    typer.echo(f"deleted: {name}")
    if as_json:
        print_json(deleted)


def _found(server: Remote, reference: str) -> dict[str, Any]:
    with known_store(reference):
        return dict(server.get("vector_stores", reference))


def _table(found: Sequence[dict[str, Any]]) -> "rich_table.Table":
    table = table_of("name", "files", "being read", "failed", "kB")
    for store in found:
        counts = store["file_counts"]
        table.add_row(
            rich_text.Text(store["id"]),
            rich_text.Text(store["name"] or ""),
            str(counts["total"]),
            str(counts["in_progress"]),
            str(counts["failed"]),
            kilobytes(store["usage_bytes"]),
        )
    return table
