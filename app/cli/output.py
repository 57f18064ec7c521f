"""What a command prints: words for people, JSON for programs with --json, failures only with --quiet."""

from dataclasses import dataclass
from typing import Any, NoReturn

import typer
from rich.console import Console

from app.cli.remote import print_json

EXIT_FAILED = 1
EXIT_CONFIG = 78

console = Console()


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


def print_plain(text: str) -> None:
    """Print a text as it is, without colours and breaks of its lines."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def give_up(message: str, code: int) -> NoReturn:
    """End the command with a sentence."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
