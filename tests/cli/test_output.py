"""--json and --quiet: every command has them, and they print what programs can use."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import typer

from app.cli import app
from tests.cli.test_remote import footnote

# They run until they are stopped, or say one sentence.
_WITHOUT = {"serve", "worker", "migrate"}


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "list_commands"):
        context = typer.Context(command)
        for inner in command.list_commands(context):
            yield from _commands(command.get_command(context, inner), f"{name} {inner}".strip())
    else:
        yield name, command


def test_every_command_has_both() -> None:
    """Whoever calls it from a program need not look up whether it has them."""
    lacking = {
        name
        for name, command in _commands(typer.main.get_command(app), "")
        if not {"--json", "--quiet"} <= {option for each in command.params for option in each.opts}
    }

    assert lacking == _WITHOUT


def test_keys_are_made_and_revoked_by_programs(clean_url: str) -> None:
    """Each step gives what the next one needs."""

    def keys(*arguments: str) -> subprocess.CompletedProcess[str]:
        return footnote("keys", *arguments, DATABASE_URL=clean_url, LOG_LEVEL="error")

    made = json.loads(keys("create", "--json").stdout)
    rotated = keys("rotate", made["id"], "--quiet")
    budget = json.loads(keys("budget", "1000", "--json").stdout)
    revoked = keys("revoke", made["id"], "--quiet")

    assert (rotated.stdout.count("\n"), rotated.stderr) == (1, "")
    assert rotated.stdout.strip() != made["key"]
    assert budget == {"project": "default", "tokens_per_month": 1000}
    assert (revoked.returncode, revoked.stdout) == (0, "")
    assert json.loads(keys("list", "--json").stdout)[0]["state"] == "revoked"
