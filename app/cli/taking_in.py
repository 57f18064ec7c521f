"""footnote ingest: files and folders into a vector store, of the database at hand or of a server elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from app.cli.remote import ApiKey, AsJson, Quiet, Remote, RemoteError, Url, print_json
from app.core.shipped import SAMPLE

_FAILED = 1
_bar = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `status` is that of OpenAI's vector store files."""

    path: str
    status: str
    chunks: int = 0
    reused: bool = False
    error: str | None = None
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.status == "failed":
            return self.error or "failed"
        if self.status != "completed":
            return "still being read"
        return "; ".join(["known already" if self.reused else f"{self.chunks} chunks", *self.warnings])


Hear = Callable[[Outcome], None]


def ingest(  # noqa: PLR0913, PLR0917 - each argument is an option
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, help="Files, or folders to go through.", show_default=False),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Take in the sample handbook.")] = False,  # noqa: FBT002 - a flag
    store: Annotated[
        str | None, typer.Option(help="Id or name of the vector store; a new name makes one.")
    ] = None,
    project: Annotated[
        str, typer.Option(help="The name of the project that it is for; with --url the key's is used.")
    ] = "default",
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Take files into a vector store. Bytes that it holds already are not read again. Exit code 1 if a file failed.

    With --url or FOOTNOTE_BASE_URL, files are sent to that server. Without, they go into the database of the settings.
    """
    files = _files([*(paths or []), *([SAMPLE] if sample else [])])
    is_plain = as_json or quiet
    done: list[Outcome] = []
    with Progress(console=_bar, transient=True, disable=is_plain or not _bar.is_terminal) as progress:
        bar = progress.add_task("Ingesting", total=len(files))

        def hear(outcome: Outcome) -> None:
            done.append(outcome)
            progress.advance(bar)
            if not is_plain:
                typer.echo(f"{Path(outcome.path).name}: {outcome}")

        if url:
            _take_in_there(files, store, hear=hear, server=Remote(url, api_key))
        else:
            # The services take seconds to import, and a server elsewhere needs none of them.
            import_module("app.cli.taking_in_here").take_in(files, store, hear=hear, project=project)
    _report(done, as_json=as_json, quiet=quiet)


def _files(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        raise typer.BadParameter("Name a file or a folder, or ask for the sample with --sample.")
    found = ([path] if path.is_file() else path.rglob("*") for path in paths)
    return sorted({file for files in found for file in files if file.is_file()})


def _take_in_there(files: Sequence[Path], store: str | None, *, hear: Hear, server: Remote) -> None:
    with server:
        for file in files:
            hear(_sent(server, file, store))


def _sent(server: Remote, file: Path, store: str | None) -> Outcome:
    try:
        (entry,) = server.post_file(file, vector_store=store, source=str(file))["data"]
    except RemoteError as error:
        # What one file cannot help would fail for the others, too.
        if error.code not in ("400", "413", "415", "422"):
            raise
        return Outcome(str(file), "failed", error=error.message)
    failure = (entry["last_error"] or {}).get("message")
    warnings = tuple(entry["warnings"])
    return Outcome(str(file), entry["status"], entry["chunks"], entry["reused"], failure, warnings)


def _report(done: Sequence[Outcome], *, as_json: bool, quiet: bool) -> None:
    failed = [outcome for outcome in done if outcome.status == "failed"]
    if as_json:
        print_json([asdict(outcome) for outcome in done])
    elif not quiet:
        typer.echo(_summary(done))
    if not as_json:
        for outcome in failed:
            typer.echo(f"failed: {outcome.path}: {outcome}", err=True)
    if failed:
        raise typer.Exit(_FAILED)


def _summary(done: Sequence[Outcome]) -> str:
    ready = [outcome for outcome in done if outcome.status == "completed"]
    known = sum(outcome.reused for outcome in ready)
    counts = {
        "read": len(ready) - known,
        "known already": known,
        "still being read": sum(outcome.status in ("in_progress", "cancelled") for outcome in done),
        "failed": sum(outcome.status == "failed" for outcome in done),
    }
    parts = [f"{count} {name}" for name, count in counts.items() if count]
    return f"{len(done)} file{'' if len(done) == 1 else 's'}: {', '.join(parts) or 'nothing to do'}"
