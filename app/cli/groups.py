"""How commands and groups of commands are made, so that `--help` comes at once."""

from typing import Any

import typer
from typer.core import TyperGroup, TyperOption


class Group(TyperGroup):
    """A group whose flags are all true or false. To read typer's own, which may be None, typer would import pydantic."""

    def get_params(self, ctx: Any) -> Any:
        """Return the options, as click asks for them."""
        options = super().get_params(ctx)
        for option in options:
            if isinstance(option, TyperOption) and option.default is None and option.is_flag:
                option.default = False
        return options


def make_group(words: str) -> typer.Typer:
    """Return an empty group. Help is plain text, because rich's Markdown and tracebacks take longer to import than the rest."""
    return typer.Typer(
        cls=Group, help=words, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )
