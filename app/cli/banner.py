"""What `serve` says once it serves: where, who answers, where the data lies, and what to do next."""

import http.client
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from app import __version__
from app.cli.command import command
from app.cli.remote import HERE
from app.providers.select import has_model
from app.settings import Settings

_PAUSE_SECONDS = 0.25
_ASK_SECONDS = 15
_PATIENCE_SECONDS = 300
_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - it is compared, not listened on

Readiness = Mapping[str, Any]


def page_address(settings: Settings) -> str:
    """Return where a browser on this machine opens the page."""
    host = "127.0.0.1" if settings.host in _ANYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def await_readiness(settings: Settings) -> Readiness | None:
    """Wait until the server answers; return what it says of itself, None if it does not come up."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException, ValueError):
            return _asked(urlsplit(page_address(settings)).netloc)
        time.sleep(_PAUSE_SECONDS)
    return None


def banner(settings: Settings, readiness: Readiness) -> str:
    """Return the lines that `serve` ends its start with."""
    address = page_address(settings)
    lines = {
        "Open": f"{address} (the API is at {address}/v1, MCP at {address}/mcp)",
        "Answers": _who_answers(settings, readiness["provider"]),
        "Data": _where_data_lies(settings),
        "Keys": _which_keys(settings, readiness),
        "Next": _what_next(address, readiness),
    }
    state = "is ready" if readiness["status"] == "ready" else "serves, but is not ready"
    reasons = [f"  ! {reason}" for reason in (*readiness["reasons"], *readiness["warnings"])]
    shown = [f"  {name:<8} {text}" for name, text in lines.items()]
    return "\n".join([f"Footnote {__version__} {state}.", *reasons, *shown])


def _asked(netloc: str) -> Readiness:
    connection = http.client.HTTPConnection(netloc, timeout=_ASK_SECONDS)
    try:
        connection.request("GET", "/readyz")
        told: Readiness = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return told


def _who_answers(settings: Settings, providers: Mapping[str, str]) -> str:
    embeds = f"; embeddings by {providers['embeddings']}"
    if not has_model(providers["chat"]):
        how = "remove DEV_FALLBACKS and set" if settings.dev_fallbacks else "set"
        return (
            f"no model: sentences quoted from your documents{embeds}. To have a model write, {how} OPENAI_API_KEY "
            "or OPENAI_BASE_URL in .env"
        )
    upstream = urlsplit(settings.openai_base_url or "https://api.openai.com").hostname
    return f"{settings.chat_model} at {upstream}{embeds}"


def _where_data_lies(settings: Settings) -> str:
    if settings.database_url is None:
        return f"{settings.data_dir.resolve()} (PostgreSQL is started and stopped with Footnote)"
    # Without the user and the password.
    place = urlsplit(settings.database_url.get_secret_value())
    return f"PostgreSQL at {place.hostname or 'a socket'}, database {place.path.strip('/') or 'of the user'}"


def _which_keys(settings: Settings, readiness: Readiness) -> str:
    if readiness["auth_required"]:
        return f"needed: make one with `{command()} keys create`"
    if settings.allow_unauthenticated:
        return "not needed: ALLOW_UNAUTHENTICATED lets everyone in who reaches this server"
    return "not needed on this machine, and no other machine is answered"


def _what_next(address: str, readiness: Readiness) -> str:
    url = "" if address == HERE else f"--url {address} "
    ask = f'{command()} ask {url}"…"'
    key = " with a key in FOOTNOTE_API_KEY" if readiness["auth_required"] else ""
    return (
        f"drop documents onto the page, or `{command()} ingest FOLDER` (`--sample` takes in a handbook to try it with); "
        f"ask there, or `{ask}`{key}"
    )
