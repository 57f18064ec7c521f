"""footnote index: the IVFFlat indexes of large vector stores."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.groups import make_group
from app.cli.later import later
from app.cli.listing import print_rows
from app.cli.output import Output, give_up
from app.cli.remote import AsJson, Quiet

if TYPE_CHECKING:
    import asyncio

    import structlog

    from app.cli import shared
    from app.db.vector_indexes import StoreIndex
    from app.services import Services
else:
    asyncio = later("asyncio")
    structlog = later("structlog")
    shared = later("app.cli.shared")

_COLUMNS = (
    *("vector store", "name", "chunks", "index", "lists", "probes", "recall", "gain"),
    *("chunks at build", "words"),
)

index = make_group("The IVFFlat indexes of large vector stores.")


@index.command("status")
def index_status(as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """Show every vector store with chunks, and its index."""
    print_rows(_COLUMNS, asyncio.run(_index_status()), as_json=as_json, quiet=quiet)


@index.command("build")
def index_build(
    store: Annotated[str | None, typer.Option(help="Id or name of one vector store; all without it.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Build IVFFlat indexes now, whatever the size of the stores; reads and writes go on."""
    asyncio.run(_index_build(store, Output(as_json, quiet)))


@index.command("check")
def index_check(
    store: Annotated[str | None, typer.Option(help="Id or name of one vector store; all without it.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Measure the indexes: how much of the exact result they find, and whether they are faster than a scan."""
    asyncio.run(_index_check(store, Output(as_json, quiet)))


async def _index_status() -> list[list[Any]]:
    async with shared.open_services() as services:
        left = await services.words_care.left_by_store()
        return _rows(await services.index_care.status(), left)


async def _index_build(reference: str | None, output: Output) -> None:
    async with shared.open_services() as services:
        failed: list[str] = []
        for entry in await _indexed_stores(services, reference):
            with _reporting(entry, failed, output):
                built = await services.index_care.build(entry)
                output.say(_line(entry, "built" if built else "another process is building"))
        left = await services.words_care.left_by_store()
        rows = _rows(await _indexed_stores(services, reference), left)
    print_rows(_COLUMNS, rows, as_json=output.as_json, quiet=output.quiet)
    if failed:
        give_up(f"Not built: {', '.join(failed)}", 1)


async def _index_check(reference: str | None, output: Output) -> None:
    async with shared.open_services() as services:
        failed: list[str] = []
        for entry in await _indexed_stores(services, reference):
            if entry.lists is not None:
                with _reporting(entry, failed, output):
                    await services.index_care.check(entry)
        left = await services.words_care.left_by_store()
        rows = _rows(await _indexed_stores(services, reference), left)
    print_rows(_COLUMNS, rows, as_json=output.as_json, quiet=output.quiet)
    if failed:
        give_up(f"Not measured: {', '.join(failed)}", 1)


@contextmanager
def _reporting(entry: "StoreIndex", failed: list[str], output: Output) -> Iterator[None]:
    """Print what fails in the block and note the store's id, so that the remaining stores are still worked on."""
    try:
        yield
    except Exception as error:
        log = structlog.get_logger()
        log.exception("index_command_failed", vector_store_id=entry.public_id)
        line = _line(entry, f"failed: {str(error).partition(chr(10))[0]}")
        typer.echo(line, err=not output.is_for_people)
        failed.append(entry.public_id)


def _line(entry: "StoreIndex", words: str) -> str:
    return f"{entry.name or entry.public_id}: {words}"


async def _indexed_stores(services: "Services", reference: str | None) -> "list[StoreIndex]":
    """Return the stores with chunks, or the one of this id or name."""
    stores = [
        entry
        for entry in await services.index_care.status()
        if reference is None or reference in (entry.public_id, entry.name)
    ]
    if not stores:
        give_up("There is no such vector store with chunks.", 1)
    return stores


def _rows(stores: "list[StoreIndex]", words_left: Mapping[int, int]) -> list[list[Any]]:
    """Return a row a store; `words_left` is how many of its files are still to be read again for their words."""
    return [
        [
            *(entry.public_id, entry.name, entry.chunk_count),
            "none" if entry.lists is None else "serving" if entry.serves else "unused",
            *(entry.lists, entry.probes, entry.recall, entry.gain, entry.chunks_at_build),
            f"{left} files left" if (left := words_left.get(entry.store_id)) else "current",
        ]
        for entry in stores
    ]
