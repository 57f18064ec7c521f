"""footnote import-openai and footnote reembed."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.later import later
from app.cli.output import Output, console
from app.cli.remote import AsJson, Project, Quiet
from app.core.types import EmbeddingSpace

if TYPE_CHECKING:
    import asyncio

    import pydantic
    from rich import progress as rich_progress

    from app.cli import shared
    from app.library import imports
    from app.providers.openai import address as addresses
    from app.providers.openai import shelves as openai_shelves
    from app.services import Services
else:
    asyncio = later("asyncio")
    pydantic = later("pydantic")
    rich_progress = later("rich.progress")
    shared = later("app.cli.shared")
    imports = later("app.library.imports")
    addresses = later("app.providers.openai.address")
    openai_shelves = later("app.providers.openai.shelves")


def import_openai(  # noqa: PLR0913, PLR0917 - each is an option of the command
    base_url: Annotated[
        str | None, typer.Option(help="The other server; OPENAI_BASE_URL without it.")
    ] = None,
    api_key: Annotated[str | None, typer.Option(help="Its key; OPENAI_API_KEY without it.")] = None,
    store: Annotated[
        list[str] | None, typer.Option(help="Id or name of a store to copy; all without it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be copied.")] = False,  # noqa: FBT002 - a flag
    wait: Annotated[bool, typer.Option("--wait", help="Read the copied files before ending.")] = False,  # noqa: FBT002 - a flag
    project: Project = "default",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Copy the files and vector stores of an OpenAI account here. Run it again to resume, or to copy what is new."""
    settings = shared.load_settings()
    key = pydantic.SecretStr(api_key) if api_key else settings.openai_api_key
    url_setting = "--base-url" if base_url else "OPENAI_BASE_URL"
    address = addresses.UpstreamAddress(key, base_url or settings.openai_base_url, url_setting=url_setting)
    wish = _ImportWish(store or [], dry_run, wait, project)
    sys.exit(asyncio.run(_import(address, wish, Output(as_json, quiet))))


def reembed(
    model: Annotated[str, typer.Option(help="The embedding model to move to.")],
    dimensions: Annotated[
        int | None, typer.Option(min=1, max=4000, help="Its dimensions; as many as it has without it.")
    ] = None,
    store: Annotated[list[str] | None, typer.Option(help="Id or name of a store; all without it.")] = None,
    project: Project = "default",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Move vector stores to another embedding model. They are searched with the old one until all is ready.

    If interrupted, run it again; it resumes. Files that are added meanwhile are moved too.
    """
    asyncio.run(_reembed(model, dimensions, store or [], project=project, output=Output(as_json, quiet)))


@dataclass(frozen=True, slots=True)
class _ImportWish:
    """What is to be copied, and how."""

    stores: list[str]
    dry_run: bool
    wait: bool
    project: str


async def _import(address: "addresses.UpstreamAddress", wish: _ImportWish, output: Output) -> int:
    """Return 0 when all was copied, 1 when something was left out."""
    shelves = openai_shelves.RemoteShelves(address)
    async with shared.open_services("worker") as services, _closing(shelves):
        caller = await shared.caller_of(services, wish.project)
        importer = imports.Importer(services.database, shelves, caller, chunking=services.ingest.chunking)
        plan = await importer.plan(wish.stores)
        output.say(f"{len(plan.files)} files, {len(plan.stores)} vector stores on {shelves.source}")
        left_out = [] if wish.dry_run else await _copy(importer, plan, output)
        if wish.wait and not wish.dry_run:
            async with shared.working(services):
                await services.ingest.wait_for_queue(caller)
        elif not wish.dry_run:
            output.say("The queue reads the files: `footnote serve` or `footnote worker`.")
    result = {"source": shelves.source, "files": len(plan.files), "vector_stores": len(plan.stores)}
    output.give(result | {"copied": not wish.dry_run, "left_out": left_out}, _left_out_text(left_out))
    if output.quiet and left_out:
        typer.echo(_left_out_text(left_out), err=True)
    return 1 if left_out else 0


def _left_out_text(left_out: list[str]) -> str:
    return "\n".join(f"left out: {name}" for name in left_out)


async def _copy(importer: "imports.Importer", plan: "imports.ImportPlan", output: Output) -> list[str]:
    """Copy with a progress bar; return the names of what was left out."""
    left_out = []
    with rich_progress.Progress(console=console(), disable=not output.is_for_people) as progress:
        bar = progress.add_task("Importing", total=plan.steps)
        async for step in importer.copy(plan):
            progress.advance(bar)
            if step.outcome == "left out":
                left_out.append(f"{step.name}: {step.reason}" if step.reason else step.name)
    return left_out


@asynccontextmanager
async def _closing(shelves: "openai_shelves.RemoteShelves") -> AsyncIterator[None]:
    try:
        yield
    finally:
        await shelves.close()


async def _reembed(
    model: str, dimensions: int | None, references: list[str], *, project: str, output: Output
) -> None:
    async with shared.open_services("worker") as services:
        caller = await shared.caller_of(services, project)
        space = await _space_of_model(services, model, dimensions)
        stores = await services.reembedding.find_stores(caller, references, space)
        for store in stores:
            with rich_progress.Progress(console=console(), disable=not output.is_for_people) as progress:
                bar = progress.add_task(store.name or store.public_id, total=None)
                async for step in services.reembedding.move(caller, store, space):
                    progress.update(bar, completed=step.done, total=step.total)
    result = {"model": space.model, "dimensions": space.dimensions}
    moved = [{"id": store.public_id, "name": store.name} for store in stores]
    words = f"Vector stores moved to {space.model} ({space.dimensions} dimensions): {len(stores)}"
    output.give(result | {"vector_stores": moved}, words)


async def _space_of_model(services: "Services", model: str, dimensions: int | None) -> EmbeddingSpace:
    """Return the space of a model, its dimensions by asking for an embedding where they are not said or set."""
    embeddings = services.providers.embeddings
    if dimensions is not None:
        return EmbeddingSpace(model, dimensions)
    if model == embeddings.space.model or not await embeddings.serves(EmbeddingSpace(model, 1)):
        return EmbeddingSpace(model, embeddings.space.dimensions)
    one = await embeddings.embed_as(["How long is it?"], model=model, dimensions=None)
    return EmbeddingSpace(model, one.vectors.shape[1])
