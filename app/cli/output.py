"""What a command prints: words for people, JSON for programs with --json, failures only with --quiet."""

from dataclasses import dataclass
from typing import Any

from app.cli.remote import print_json
from app.cli.shared import print_plain


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
