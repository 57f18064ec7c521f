"""footnote serve, worker and migrate: their options, before anything of the server is imported."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.later import later
from app.core.folders import temporary_folder

if TYPE_CHECKING:
    from app.cli import serving_here, shared
else:
    shared = later("app.cli.shared")
    serving_here = later("app.cli.serving_here")


def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen; HOST without it.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; PORT without it.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes; WORKERS without it.")] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open the chat page in a browser.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Serve the API and the chat page."""
    # The processes that serve read the environment, too.
    given = {"HOST": host, "PORT": port, "WORKERS": workers}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    with temporary_folder() as folder:
        # The library for metrics looks for it when it is imported. All processes of this server count there together.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        # Before what serves is imported: a wrong setting is said at once.
        settings = shared.load_settings(serves=True)
        serving_here.serve_here(settings, opens_page=browser)


def worker(
    is_child: Annotated[bool, typer.Option("--until-stdin-ends", hidden=True)] = False,  # noqa: FBT002 - a flag
) -> None:
    """Read queued files without serving: for servers with WORKER=off, or to help them."""
    serving_here.work(is_child=is_child)


def migrate() -> None:
    """Bring the database's schema up to this version."""
    settings = shared.load_settings(serves=True)
    serving_here.migrate(settings)
    typer.echo("The schema is up to date.")
