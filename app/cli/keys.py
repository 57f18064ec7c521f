"""footnote keys: who may call, for which project, and how much."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.command import command
from app.cli.groups import make_group
from app.cli.later import later
from app.cli.listing import print_rows
from app.cli.output import Output, give_up
from app.cli.remote import AsJson, Project, Quiet, print_json
from app.core.permissions import Allowance, Scope

if TYPE_CHECKING:
    import asyncio

    import pydantic

    from app.access.keys import Token
    from app.cli import shared
    from app.db.keys import StoredKey
    from app.library import keys as key_library
    from app.wire import filters as wire_filters
else:
    asyncio = later("asyncio")
    pydantic = later("pydantic")
    shared = later("app.cli.shared")
    key_library = later("app.library.keys")
    wire_filters = later("app.wire.filters")

keys = make_group("API keys. Once there is one, no call is answered without a key.")

KeyId = Annotated[str, typer.Argument(help="The key's id, as `keys list` shows it.")]

_COLUMNS = ("id", "project", "name", "scopes", "bound to", "state", "expires", "last used")
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}


@keys.command("create")
def create(  # noqa: PLR0913, PLR0917 - each is an option of the command
    project: Annotated[
        str, typer.Option(help="The project that the key belongs to; a new name makes one.")
    ] = "default",
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it may do; everything but admin without it. Can be repeated."),
    ] = None,
    expires: Annotated[str | None, typer.Option(help="When it ends: 90d, 12h, 30m.")] = None,
    stores: Annotated[
        str | None, typer.Option(help="Ids or names of the only vector stores it sees, comma separated.")
    ] = None,
    filters: Annotated[
        str | None, typer.Option(help="Filters, as JSON, that every document it sees must pass.")
    ] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option(min=0, help="Its own limit; that of the settings without it, 0 for none.")
    ] = None,
    tokens_per_minute: Annotated[
        int | None, typer.Option(min=0, help="Its own limit; that of the settings without it, 0 for none.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Make a key. It is shown once."""
    wish = key_library.KeyWish(
        project,
        name,
        frozenset(scope or ()),
        stores=None if stores is None else _names(stores),
        filters=None if filters is None else _filters(filters),
        allowance=Allowance(requests_per_minute, tokens_per_minute),
        expires_seconds=None if expires is None else _seconds(expires),
    )
    asyncio.run(_create(wish, Output(as_json, quiet)))


# As files and stores have it.
@keys.command("ls", hidden=True)
@keys.command("list")
def list_keys(
    project: Annotated[str | None, typer.Option(help="Only this project's.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Show the keys, without their secrets."""
    rows = [_row(key) for key in asyncio.run(_list(project))]
    empty = f"There are no keys. `{command()} keys create --name NAME` makes one; from then on every call needs one."
    print_rows(_COLUMNS, rows, empty=empty, as_json=as_json, quiet=quiet)


@keys.command("revoke")
def revoke(key_id: KeyId, as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """Revoke a key for good; every server refuses it at once."""
    asyncio.run(_revoke(key_id))
    Output(as_json, quiet).give({"id": key_id, "state": "revoked"}, f"Revoked: {key_id}")


@keys.command("rotate")
def rotate(key_id: KeyId, as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """Give a key another secret, shown once; every server refuses the old one at once."""
    asyncio.run(_rotate(key_id, Output(as_json, quiet)))


@keys.command("budget")
def budget(
    tokens: Annotated[int | None, typer.Argument(min=0, help="Tokens a month; no budget without it.")] = None,
    project: Project = "default",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Limit the tokens that a project's keys use together in a calendar month (UTC)."""
    asyncio.run(_budget(project, tokens))
    words = f"{project}: {'no budget' if tokens is None else f'{tokens} tokens a month'}"
    Output(as_json, quiet).give({"project": project, "tokens_per_month": tokens}, words)


async def _create(wish: "key_library.KeyWish", output: Output) -> None:
    async with shared.open_services() as services:
        _show(await services.key_library.create(wish), output)


async def _list(project: str | None) -> "Sequence[StoredKey]":
    async with shared.open_services() as services:
        return await services.key_library.list(project)


async def _revoke(key_id: str) -> None:
    async with shared.open_services() as services:
        await services.key_library.revoke(key_id)


async def _rotate(key_id: str, output: Output) -> None:
    async with shared.open_services() as services:
        _show(await services.key_library.rotate(key_id), output)


async def _budget(project: str, tokens: int | None) -> None:
    async with shared.open_services() as services:
        await services.key_library.set_budget(project, tokens)


def _show(token: "Token", output: Output) -> None:
    """Print the key alone on standard output, so that scripts can take it."""
    key = token.text.get_secret_value()
    if output.as_json:
        print_json({"id": token.key_id, "key": key})
        return
    if not output.quiet:
        typer.echo("Keep this key: it cannot be shown again.", err=True)
    typer.echo(key)


def _row(key: "StoredKey") -> list[Any]:
    bound = [*(key.reach.stores or ()), *(["filters"] if key.reach.filters is not None else [])]
    times = (_minute(key.expires_at), _minute(key.last_used_at))
    return [key.key_id, key.project, key.name, sorted(key.scopes), bound, key.state, *times]


def _minute(time: dt.datetime | None) -> str | None:
    return None if time is None else f"{time:%Y-%m-%d %H:%M}"


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name for part in listed.split(",") if (name := part.strip()))


def _filters(written: str) -> dict[str, Any]:
    """Return filters as they are stored; end the command when they are none."""
    try:
        loaded: dict[str, Any] = json.loads(written)
        pydantic.TypeAdapter(wire_filters.Filter).validate_python(loaded)
    except (ValueError, pydantic.ValidationError):
        give_up(
            'The filters are not understood. An example: {"type": "eq", "key": "team", "value": "legal"}', 2
        )
    return loaded


def _seconds(written: str) -> float:
    match = re.fullmatch(r"(\d{1,6})([mhd])", written)
    if match is None:
        give_up(f"{written!r} is no duration. Write 90d, 12h or 30m.", 2)
    return int(match[1]) * _SECONDS[match[2]]
