"""The footnote command: serve, migrate, ingest files, care for the index, look whether all is well."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn
from pydantic import SecretStr, ValidationError
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from app import __version__
from app.access.keys import DEFAULT_PROJECT
from app.core.errors import FootnoteError
from app.core.logging import configure_logging
from app.core.types import Caller, EmbeddingSpace
from app.db.cluster import EmbeddedPostgresError
from app.db.startup import hold_database, migrate, open_database
from app.db.vector_indexes import StoreIndex
from app.evaluation import report
from app.evaluation.client import EvaluatedService
from app.evaluation.collections import Collection, read_collection
from app.evaluation.runs import RunResult, evaluate
from app.library.imports import Importer, ImportPlan
from app.library.ingest import IngestFile, Submitted
from app.providers.openai.connection import UpstreamAddress
from app.providers.openai.shelves import RemoteShelves
from app.services import Services, build_services, front_door
from app.settings import Settings

_EXIT_CONFIG = 78
_MODES = ("hybrid", "semantic", "lexical")
_SHUTDOWN_SECONDS = 30
_LONGEST_READ_SECONDS = 3_600

app = typer.Typer(
    help="Footnote answers from your documents, with footnotes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
index = typer.Typer(help="The IVFFlat indexes of large vector stores.", no_args_is_help=True)
app.add_typer(index, name="index")
console = Console()


def main() -> None:
    """Run the command that the arguments name."""
    try:
        app()
    except (FootnoteError, EmbeddedPostgresError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


@app.command()
def serve() -> None:
    """Serve the API and the chat page."""
    settings = _settings()
    try:
        settings.check_front_door()
    except ValueError as error:
        _give_up(str(error), _EXIT_CONFIG)

    url = settings.database_url.get_secret_value() if settings.database_url else None
    # Held here too, so that the embedded PostgreSQL outlives a worker that is replaced.
    with hold_database(url, settings.data_dir) as database_url:
        migrate(database_url)
        console.print(f"Footnote {__version__} on http://{settings.host}:{settings.port}", highlight=False)
        uvicorn.run(
            "app.main:serve_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )


@app.command()
def worker() -> None:
    """Read queued files without serving; beside servers with WORKER=off, or to help them."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_worker())


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database's schema up to this version."""
    settings = _settings()
    url = settings.database_url.get_secret_value() if settings.database_url else None
    with hold_database(url, settings.data_dir) as database_url:
        migrate(database_url)
    console.print("The schema is up to date.")


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders to go through.")],
    store: Annotated[
        str | None, typer.Option(help="Id or name of the vector store; a new name makes one.")
    ] = None,
) -> None:
    """Take files into a vector store."""
    asyncio.run(_ingest(paths, store))


@app.command("import-openai")
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
) -> None:
    """Copy the files and vector stores of an OpenAI account here; run it again to go on or to bring what is new."""
    settings = _settings()
    key = SecretStr(api_key) if api_key else settings.openai_api_key
    address = UpstreamAddress(key, base_url or settings.openai_base_url)
    sys.exit(asyncio.run(_import(address, store or [], dry_run=dry_run, wait=wait)))


@app.command()
def reembed(
    model: Annotated[str, typer.Option(help="The embedding model to move to.")],
    dimensions: Annotated[
        int | None, typer.Option(min=1, max=4000, help="Its dimensions; as many as it has without it.")
    ] = None,
    store: Annotated[list[str] | None, typer.Option(help="Id or name of a store; all without it.")] = None,
) -> None:
    """Move vector stores to another embedding model; they are searched with the old one until all is ready.

    Broken off, it goes on where it was. Files that come meanwhile are moved as well.
    """
    asyncio.run(_reembed(model, dimensions, store or []))


@app.command("eval")
def evaluate_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A collection with judgements.")
    ],
    base_url: Annotated[str, typer.Option(help="The service to judge.")] = "http://127.0.0.1:8000/v1",
    api_key: Annotated[str, typer.Option(help="Its key.")] = "any",
    mode: Annotated[
        list[str] | None, typer.Option(help="hybrid, semantic or lexical; all without it.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=50, help="How many documents count.")] = 10,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at once.")] = 1,
    save: Annotated[Path | None, typer.Option(help="Write the result to this file.")] = None,
    compare: Annotated[Path | None, typer.Option(help="Show the differences to a saved result.")] = None,
    tolerance: Annotated[float, typer.Option(help="How far a compared measure may fall.")] = 0.01,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the store that was made.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Judge a running service's search on a collection of your own; exit 1 when it fell behind a saved result."""
    earlier = report.load(compare) if compare else {}
    collection = read_collection(folder)
    service = EvaluatedService(base_url, api_key, concurrency=concurrency)
    result = asyncio.run(_evaluate(service, collection, mode or list(_MODES), k=k, keep=keep))
    console.print(report.table(result, earlier))
    for entry in result.modes if earlier else ():
        better, worse = report.changes(entry, earlier)
        console.print(f"{entry.mode}: {better} queries better, {worse} worse")
    if result.kept_store_id:
        console.print(f"kept: {result.kept_store_id}", highlight=False)
    if save:
        report.save(result, save)
    sys.exit(report.has_fallen(result, earlier, tolerance=tolerance))


@index.command("status")
def index_status() -> None:
    """Show every vector store with chunks, and its index."""
    asyncio.run(_index_status())


@index.command("build")
def index_build(
    store: Annotated[str | None, typer.Option(help="Id or name of one vector store; all without it.")] = None,
) -> None:
    """Build IVFFlat indexes now, whatever the size of the stores; reads and writes go on."""
    asyncio.run(_index_build(store))


@index.command("check")
def index_check(
    store: Annotated[str | None, typer.Option(help="Id or name of one vector store; all without it.")] = None,
) -> None:
    """Measure the indexes: how much of the exact result they find, and whether they are faster than a scan."""
    asyncio.run(_index_check(store))


@app.command()
def doctor() -> None:
    """Say which database and provider would serve, and what stands in the way."""
    sys.exit(asyncio.run(_doctor()))


@asynccontextmanager
async def _services() -> AsyncIterator[Services]:
    """Yield the services; the queue is left to servers and workers."""
    settings = _settings().model_copy(update={"worker": "off"})
    url = settings.database_url.get_secret_value() if settings.database_url else None
    async with (
        open_database(url, settings.data_dir) as database_url,
        build_services(settings, database_url, front_door(settings, __version__)) as services,
    ):
        yield services


async def _worker() -> None:
    async with _services() as services:
        await services.worker.run()


async def _ingest(paths: list[Path], store_reference: str | None) -> None:
    files = sorted(
        {file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()}
    )
    caller = Caller(DEFAULT_PROJECT)
    async with _services() as services, _working(services):
        store = await services.ingest.find_or_create_store(caller, store_reference)
        for file in track(files, "Ingesting", console=console):
            incoming = IngestFile(file, file.name, source=str(file))
            submitted = await services.ingest.submit(caller, store, incoming)
            (done,) = await services.ingest.wait(caller, [submitted], seconds=_LONGEST_READ_SECONDS)
            console.print(f"{file.name}: {_outcome(done)}", highlight=False, markup=False)


async def _reembed(model: str, dimensions: int | None, references: list[str]) -> None:
    caller = Caller(DEFAULT_PROJECT)
    async with _services() as services:
        space = await _space_of_model(services, model, dimensions)
        stores = await services.reembedding.find_stores(caller, references, space)
        for store in stores:
            with Progress(console=console) as progress:
                bar = progress.add_task(store.name or store.public_id, total=None)
                async for step in services.reembedding.move(caller, store, space):
                    progress.update(bar, completed=step.done, total=step.total)
        console.print(f"{len(stores)} vector stores moved to {space.model} ({space.dimensions} dimensions).")


async def _space_of_model(services: Services, model: str, dimensions: int | None) -> EmbeddingSpace:
    """Return the space of a model, its dimensions by asking for an embedding where they are not said or set."""
    embeddings = services.providers.embeddings
    if dimensions is not None:
        return EmbeddingSpace(model, dimensions)
    if model == embeddings.space.model or not await embeddings.serves(EmbeddingSpace(model, 1)):
        return EmbeddingSpace(model, embeddings.space.dimensions)
    one = await embeddings.embed_as(["How long is it?"], model=model, dimensions=None)
    return EmbeddingSpace(model, one.vectors.shape[1])


async def _evaluate(
    service: EvaluatedService, collection: Collection, modes: list[str], *, k: int, keep: bool
) -> RunResult:
    async with service:
        return await evaluate(service, collection, modes, k=k, keep=keep)


async def _import(address: UpstreamAddress, wanted: list[str], *, dry_run: bool, wait: bool) -> int:
    """Return 0 when all was copied, 1 when something was left out."""
    shelves = RemoteShelves(address)
    async with _services() as services, _closing(shelves):
        importer = Importer(
            services.database, shelves, Caller(DEFAULT_PROJECT), chunking=services.ingest.chunking
        )
        plan = await importer.plan(wanted)
        console.print(f"{len(plan.files)} files, {len(plan.stores)} vector stores on {shelves.source}")
        if dry_run:
            return 0
        left_out = await _copy(importer, plan)
        if wait:
            async with _working(services):
                await services.ingest.wait_for_queue(Caller(DEFAULT_PROJECT))
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


@asynccontextmanager
async def _working(services: Services) -> AsyncIterator[None]:
    """Read queued files until the block ends."""
    task = asyncio.create_task(services.worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _outcome(done: Submitted) -> str:
    if done.membership.status == "failed":
        return done.membership.last_error_message or "failed"
    if done.reused:
        return "known already"
    return f"{done.membership.chunk_count} chunks" if not done.is_waiting else "still being read"


async def _index_status() -> None:
    async with _services() as services:
        console.print(_index_table(await services.index_care.status()))


async def _index_build(reference: str | None) -> None:
    async with _services() as services:
        for entry in await _indexed_stores(services, reference):
            built = await services.index_care.build(entry)
            console.print(
                f"{entry.name or entry.public_id}: {'built' if built else 'another process is building'}"
            )
        console.print(_index_table(await _indexed_stores(services, reference)))


async def _index_check(reference: str | None) -> None:
    async with _services() as services:
        for entry in await _indexed_stores(services, reference):
            if entry.lists is not None:
                await services.index_care.check(entry)
        console.print(_index_table(await _indexed_stores(services, reference)))


async def _indexed_stores(services: Services, reference: str | None) -> list[StoreIndex]:
    """Return the stores with chunks, or the one of this id or name."""
    stores = [
        entry
        for entry in await services.index_care.status()
        if reference is None or reference in (entry.public_id, entry.name)
    ]
    if not stores:
        _give_up("There is no such vector store with chunks.", 1)
    return stores


def _index_table(stores: list[StoreIndex]) -> Table:
    table = Table(
        "vector store", "name", "chunks", "index", "lists", "probes", "recall", "gain", "chunks at build"
    )
    for entry in stores:
        state = "none" if entry.lists is None else "serving" if entry.serves else "unused"
        numbers = (entry.lists, entry.probes, entry.recall, entry.gain, entry.chunks_at_build)
        cells = (
            "–" if number is None else f"{number:.4g}" if isinstance(number, float) else str(number)
            for number in numbers
        )
        table.add_row(entry.public_id, entry.name, str(entry.chunk_count), state, *cells)
    return table


async def _doctor() -> int:
    try:
        async with _services() as services:
            reason = await services.provider_health.reason(0.0)
            console.print(f"database: ok · provider: {services.providers.chat.name}")
            console.print(reason or "All is well.")
            return 1 if reason else 0
    except (FootnoteError, EmbeddedPostgresError) as error:
        console.print(f"[red]{error}[/]")
        return 1


def _settings() -> Settings:
    """Return the settings, or say which name is wrong and what to do."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part).upper() for part in found['loc'])}: {found['msg'].removeprefix('Value error, ')}"
            for found in error.errors(include_input=False, include_url=False)
        ]
        _give_up(
            "The settings are wrong.\n" + "\n".join(line.removeprefix(": ") for line in lines), _EXIT_CONFIG
        )
    configure_logging(level=settings.log_level, style=settings.log_format)
    return settings


def _give_up(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
