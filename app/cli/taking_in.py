"""footnote ingest: files and folders into a vector store, of the database at hand or of a server elsewhere."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from app.cli.later import later
from app.cli.remote import ApiKey, AsJson, Quiet, Remote, RemoteError, Url, in_text, print_json
from app.core.shipped import SAMPLE

if TYPE_CHECKING:
    from rich import console as rich_console
    from rich import progress as rich_progress

    from app.cli import taking_in_here
else:
    rich_console = later("rich.console")
    rich_progress = later("rich.progress")
    # A server elsewhere needs none of the services.
    taking_in_here = later("app.cli.taking_in_here")

_FAILED = 1
# The reading of a larger file takes so long that its reader is told how far it is.
_LARGE_BYTES = 200_000
_FIRST_LOOK_SECONDS = 0.2
_LATEST_LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `status` is that of OpenAI's vector store files."""

    path: str
    status: str
    chunks: int = 0
    reused: bool = False
    error: str | None = None
    warnings: tuple[str, ...] = ()

    @classmethod
    def unread(cls, path: str, error: OSError) -> "Outcome":
        """Return what became of a file whose bytes this machine does not give."""
        return cls(path, "failed", error=f"It cannot be read: {error.strerror or error}.")

    def __str__(self) -> str:
        if self.status == "failed":
            return self.error or "failed"
        if self.status != "completed":
            return "still being read"
        read = "1 chunk" if self.chunks == 1 else f"{self.chunks} chunks"
        return "; ".join(["known already" if self.reused else read, *self.warnings])


class Listener(Protocol):
    """Hears what becomes of files."""

    def reads(self, file: Path, *, done: int, total: int) -> None:
        """Hear how many passages of a file are read."""

    def ended(self, outcome: Outcome) -> None:
        """Hear what became of a file."""


class _Bar:
    """A bar that counts files, with how far the present one is read; and a line for each file that is done."""

    def __init__(self, progress: "rich_progress.Progress", *, files: int, is_plain: bool) -> None:
        self._progress = progress
        self._task = progress.add_task("Ingesting", total=files, reading="")
        self._is_plain = is_plain
        self.done: list[Outcome] = []

    def reads(self, file: Path, *, done: int, total: int) -> None:
        self._progress.update(self._task, reading=f"{file.name}: {reading_text(done, total)}")

    def ended(self, outcome: Outcome) -> None:
        self.done.append(outcome)
        self._progress.update(self._task, advance=1, reading="")
        if not self._is_plain:
            typer.echo(f"{Path(outcome.path).name}: {outcome}")


def ingest(  # noqa: PLR0913, PLR0917 - each argument is an option
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            exists=True,
            help="Files, or folders to go through, but for what is hidden in them.",
            show_default=False,
        ),
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
    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.TaskProgressColumn(),
        rich_progress.TextColumn("{task.fields[reading]}"),
    )
    errors = rich_console.Console(stderr=True)
    disable = is_plain or not errors.is_terminal
    with rich_progress.Progress(*columns, console=errors, transient=True, disable=disable) as progress:
        bar = _Bar(progress, files=len(files), is_plain=is_plain)
        if url:
            _take_in_there(files, store, listener=bar, server=Remote(url, api_key))
        else:
            taking_in_here.take_in(files, store, listener=bar, project=project)
    _report(bar.done, as_json=as_json, quiet=quiet)


def reading_text(done: int, total: int) -> str:
    """Return "64 %, 96 of 148 passages"."""
    return f"{100 * done // total} %, {done:,} of {total:,} passages"


def _files(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        raise typer.BadParameter("Name a file or a folder, or ask for the sample with --sample.")
    found = ([path] if path.is_file() else _shown_in(path) for path in paths)
    return sorted({file for files in found for file in files if file.is_file()})


def _shown_in(folder: Path) -> Iterator[Path]:
    """Yield what a folder holds, but for what is hidden there: .git, .venv and the like are no documents."""
    for path in folder.rglob("*"):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _take_in_there(files: Sequence[Path], store: str | None, *, listener: Listener, server: Remote) -> None:
    with server:
        for file in files:
            listener.ended(_sent(server, file, store, listener))


def _sent(server: Remote, file: Path, store: str | None, listener: Listener) -> Outcome:
    path = in_text(file)
    try:
        is_large = file.stat().st_size > _LARGE_BYTES
        fields = {"vector_store": store, "source": path, "wait": "false" if is_large else None}
        (entry,) = server.post_file(file, **fields)["data"]
    except OSError as error:
        return Outcome.unread(path, error)
    except RemoteError as error:
        # What one file cannot help would fail for the others, too.
        if error.code not in ("400", "413", "415", "422"):
            raise
        return Outcome(path, "failed", error=error.message)
    if is_large:
        entry |= _read(server, file, entry, listener)
    failure = (entry["last_error"] or {}).get("message")
    warnings = tuple(entry["warnings"])
    return Outcome(path, entry["status"], entry["chunks"], entry["reused"], failure, warnings)


def _read(server: Remote, file: Path, entry: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """Follow the reading of a file, and return its entry at the end. One that failed is deleted, as the server does itself."""
    pause, found = _FIRST_LOOK_SECONDS, entry
    while found["status"] == "in_progress":
        if reading := found["reading"]:
            listener.reads(file, done=reading["chunks_done"], total=reading["chunks_total"])
        time.sleep(pause)
        pause = min(1.4 * pause, _LATEST_LOOK_SECONDS)
        try:
            found = server.get("vector_stores", entry["vector_store_id"], "files", entry["file_id"])
        except RemoteError as error:
            if error.code == "403":
                return entry  # a key that may write and not read: the file is taken in nevertheless
            if error.code == "404":
                return entry | {"status": "cancelled"}
            if error.code != "429":
                raise
    if found["status"] == "failed":
        server.delete("files", entry["file_id"])
    return found


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
