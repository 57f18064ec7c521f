"""What a command prints: words for people, JSON for programs with --json, failures only with --quiet."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from app.cli.later import later
from app.cli.remote import print_json

if TYPE_CHECKING:
    from rich import console as rich_console
else:
    rich_console = later("rich.console")

EXIT_FAILED = 1
EXIT_CONFIG = 78


@dataclass(frozen=True, slots=True)
class Output:
    """The two options that every command has."""

    as_json: bool
    quiet: bool

    @property
    def is_for_people(self) -> bool:
        """Whether somebody reads along."""
        return not (self.as_json or self.quiet)

    def say(self, words: str) -> None:
        """Print words, if they are wanted."""
        if words and self.is_for_people:
            print_plain(words)

    def give(self, result: Any, words: str) -> None:
        """Print the result: as JSON, or in words."""
        if self.as_json:
            print_json(result)
        else:
            self.say(words)


@cache
def console() -> "rich_console.Console":
    """Return what prints tables and text with styles. Rich is imported when it is first called for."""
    return rich_console.Console(highlight=False)


def print_plain(text: str) -> None:
    """Print a text as it is, without colours and breaks of its lines."""
    console().print(text, markup=False, soft_wrap=True)


def give_up(message: str, code: int) -> NoReturn:
    """End the command with a sentence."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
