"""footnote import-openai and footnote reembed."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.progress import Progress

from app.cli.shared import Project, caller_of, console, load_settings, open_services, working
from app.core.types import EmbeddingSpace
from app.library.imports import Importer, ImportPlan
from app.providers.openai.connection import UpstreamAddress
from app.providers.openai.shelves import RemoteShelves
from app.services import Services


def import_openai(
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
) -> None:
    """Copy the files and vector stores of an OpenAI account here. Run it again to resume, or to copy what is new."""
    settings = load_settings()
    key = SecretStr(api_key) if api_key else settings.openai_api_key
    address = UpstreamAddress(key, base_url or settings.openai_base_url)
    sys.exit(asyncio.run(_import(address, store or [], dry_run=dry_run, wait=wait, project=project)))


def reembed(
    model: Annotated[str, typer.Option(help="The embedding model to move to.")],
    dimensions: Annotated[
        int | None, typer.Option(min=1, max=4000, help="Its dimensions; as many as it has without it.")
    ] = None,
    store: Annotated[list[str] | None, typer.Option(help="Id or name of a store; all without it.")] = None,
    project: Project = "default",
) -> None:
    """Move vector stores to another embedding model. They are searched with the old one until all is ready.

    If interrupted, run it again; it resumes. Files that are added meanwhile are moved too.
    """
    asyncio.run(_reembed(model, dimensions, store or [], project))


async def _import(
    address: UpstreamAddress, wanted: list[str], *, dry_run: bool, wait: bool, project: str
) -> int:
    """Return 0 when all was copied, 1 when something was left out."""
    shelves = RemoteShelves(address)
    async with open_services("worker") as services, _closing(shelves):
        caller = await caller_of(services, project)
        importer = Importer(services.database, shelves, caller, chunking=services.ingest.chunking)
        plan = await importer.plan(wanted)
        console.print(f"{len(plan.files)} files, {len(plan.stores)} vector stores on {shelves.source}")
        if dry_run:
            return 0
        left_out = await _copy(importer, plan)
        if wait:
            async with working(services):
                await services.ingest.wait_for_queue(caller)
        else:
            console.print("The queue reads the files: `footnote serve` or `footnote worker`.")
    for name in left_out:
        console.print(f"left out: {name}", markup=False, highlight=False)
    return 1 if left_out else 0


async def _copy(importer: Importer, plan: ImportPlan) -> list[str]:
    """Copy with a progress bar; return the names of what was left out."""
    left_out = []
    with Progress(console=console) as progress:
        bar = progress.add_task("Importing", total=plan.steps)
        async for step in importer.copy(plan):
            progress.advance(bar)
            if step.outcome == "left out":
                left_out.append(f"{step.name}: {step.reason}" if step.reason else step.name)
    return left_out


@asynccontextmanager
async def _closing(shelves: RemoteShelves) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await shelves.close()


async def _reembed(model: str, dimensions: int | None, references: list[str], project: str) -> None:
    async with open_services("worker") as services:
        caller = await caller_of(services, project)
        space = await _space_of_model(services, model, dimensions)
        stores = await services.reembedding.find_stores(caller, references, space)
        for store in stores:
            with Progress(console=console) as progress:
                bar = progress.add_task(store.name or store.public_id, total=None)
                async for step in services.reembedding.move(caller, store, space):
                    progress.update(bar, completed=step.done, total=step.total)
        console.print(f"Vector stores moved to {space.model} ({space.dimensions} dimensions): {len(stores)}")


async def _space_of_model(services: Services, model: str, dimensions: int | None) -> EmbeddingSpace:
    """Return the space of a model, its dimensions by asking for an embedding where they are not said or set."""
    embeddings = services.providers.embeddings
    if dimensions is not None:
        return EmbeddingSpace(model, dimensions)
    if model == embeddings.space.model or not await embeddings.serves(EmbeddingSpace(model, 1)):
        return EmbeddingSpace(model, embeddings.space.dimensions)
    one = await embeddings.embed_as(["How long is it?"], model=model, dimensions=None)
    return EmbeddingSpace(model, one.vectors.shape[1])
