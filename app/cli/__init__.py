"""The footnote command. A command's module is imported when it is called, because the services take seconds to import."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from app import __version__
from app.cli.groups import Group
from app.core import garbage
from app.core.errors import FootnoteError
from app.postgres.cluster import EmbeddedPostgresError

# Name → module, function or group in it, and what the list of commands says.
_COMMANDS = {
    "serve": ("serving", "serve", "Serve the API and the chat page."),
    "ask": ("asking", "ask", "Ask a question; print the answer and its sources."),
    "search": ("asking", "search", "Search a vector store; print the passages."),
    "ingest": ("taking_in", "ingest", "Take files into a vector store."),
    "files": ("files", "files", "List, show and delete files."),
    "stores": ("stores", "stores", "List, show, make and delete vector stores."),
    "keys": ("keys", "keys", "Make, list and revoke API keys."),
    "usage": ("usage", "usage", "Say what each key has used."),
    "audit": ("usage", "audit", "List what was done with keys, and what was deleted."),
    "worker": ("serving", "worker", "Read queued files without serving."),
    "migrate": ("serving", "migrate", "Bring the database's schema up to this version."),
    "backup": ("backups", "backup", "Write everything into a file."),
    "restore": ("backups", "restore", "Load what a backup holds."),
    "db": ("backups", "db", "Check the database."),
    "doctor": ("checkup", "doctor", "Say what would serve, what is wrong, and how to mend it."),
    "index": ("index", "index", "Show, build and check vector indexes."),
    "eval": ("judging", "evaluate_command", "Measure retrieval quality on a folder of questions."),
    "reembed": ("moving", "reembed", "Move vector stores to another embedding model."),
    "import-openai": ("moving", "import_openai", "Copy files and vector stores of an OpenAI account here."),
}


class _Commands(Group):
    """Finds commands by name. Typer keeps click's types to itself, so they are Any here."""

    _is_listing = False

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # Typer looks for a similar name among these, when there is no command of the name.
        self.commands: dict[str, Any] = dict.fromkeys(_COMMANDS)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module, name, summary = _COMMANDS[cmd_name]
        if self._is_listing:
            return TyperCommand(cmd_name, help=summary)
        return _made(cmd_name, getattr(import_module(f"app.cli.{module}"), name))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._is_listing = True
        super().format_help(ctx, formatter)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command that the arguments name. A failure that was foreseen is a sentence and exit code 1."""
    garbage.look_seldom()
    try:
        app(prog_name="footnote")
    except (FootnoteError, EmbeddedPostgresError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


def _print_version(is_asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if is_asked:
        typer.echo(f"Footnote {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version."),
    ] = False,
) -> None:
    """Footnote answers from your documents, with footnotes."""


def _made(name: str, found: typer.Typer | Callable[..., Any]) -> Any:
    if isinstance(found, typer.Typer):
        command = typer.main.get_command(found)
    else:
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name)(found)
        command = typer.main.get_command(single)
    command.name = name
    return command
