"""A running Footnote, as the commands for users call it: over its API, on this machine or elsewhere."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import quote

import typer

from app.cli.command import command
from app.cli.later import later
from app.core.errors import FootnoteError

dotenv = later("dotenv")
httpx2 = later("httpx2")

HERE = "http://127.0.0.1:8000"
_ANSWER_SECONDS = 300
_CONNECT_SECONDS = 5

Url = Annotated[
    str,
    typer.Option(
        envvar="FOOTNOTE_BASE_URL",
        help="Address of a running Footnote.",
        show_default=f"{HERE}, or PORT instead of 8000",
        metavar="URL",
    ),
]
ApiKey = Annotated[
    str, typer.Option(envvar="FOOTNOTE_API_KEY", help="Its API key, where it asks for one.", metavar="KEY")
]
Project = Annotated[str, typer.Option(help="The name of the project that it is for.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what was asked for.")]


class RemoteError(FootnoteError):
    """What the server answered, or why it could not be asked."""


class Remote:
    """A client of one server. Use it as a context manager."""

    def __init__(self, url: str, api_key: str) -> None:
        self._url = _root(url or address_here())
        key = api_key.strip()
        if not (key.isascii() and key.isprintable()):
            raise RemoteError("The API key has characters that keys do not have. Copy it as it was shown.")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        timeout = httpx2.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        self._client = httpx2.Client(base_url=f"{self._url}/v1/", headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, *path: str, **query: Any) -> Any:
        """Return the JSON of a GET; raise RemoteError."""
        return self._call("GET", path, params={name: value for name, value in query.items() if value})

    def post(self, *path: str, **body: Any) -> Any:
        """Return the JSON of a POST; raise RemoteError."""
        return self._call("POST", path, json=body)

    def post_file(self, path: Path, **fields: str | None) -> Any:
        """Return the JSON of a file that was taken in, with the fields that are given; raise RemoteError."""
        given = {name: value for name, value in fields.items() if value}
        with path.open("rb") as content:
            return self._call("POST", ("ingest",), files={"file": (in_text(path.name), content)}, data=given)

    def delete(self, *path: str) -> Any:
        """Return the JSON of a DELETE; raise RemoteError."""
        return self._call("DELETE", path)

    def listed(self, *path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page; raise RemoteError."""
        after = None
        while True:
            page = self.get(*path, limit=100, after=after, **query)
            yield from page["data"]
            if not page.get("has_more"):
                return
            after = page["last_id"]

    def streamed(self, *path: str, **body: Any) -> Iterator[dict[str, Any]]:
        """Yield the events of a stream; raise RemoteError."""
        with self._translated(), self._client.stream("POST", _joined(path), json=body) as response:
            if response.is_error:
                response.read()
                raise _refused(response)
            for line in response.iter_lines():
                data = line.removeprefix("data: ")
                if data in {line, "[DONE]"}:
                    continue
                event = json.loads(data)
                if "error" in event:
                    raise RemoteError(event["error"]["message"])
                yield event

    def _call(self, method: str, path: tuple[str, ...], **more: Any) -> Any:
        with self._translated():
            response = self._client.request(method, _joined(path), **more)
            if response.is_error:
                raise _refused(response)
            return response.json()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except httpx2.ConnectError as error:
            raise RemoteError(
                f"No Footnote answers at {self._url}. Start one with `{command()} serve`, or say where it is with --url."
            ) from error
        except (httpx2.HTTPError, ValueError) as error:
            raise RemoteError(
                f"{self._url} did not answer as a Footnote does: {type(error).__name__}."
            ) from error


def address_here() -> str:
    """Return the address of a server that was started in this folder: at PORT of the environment or of `.env`, else at 8000."""
    in_file = dotenv.dotenv_values(".env") if Path(".env").is_file() else {}
    port = os.environ.get("PORT") or in_file.get("PORT")
    return f"http://127.0.0.1:{port}" if port else HERE


def in_text(path: Path | str) -> str:
    """Return a path or a name as text. File systems keep bytes, and not all of them are UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def print_json(value: Any) -> None:
    """Print JSON for other programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _root(url: str) -> str:
    """Return the server's address without the `/v1` that OpenAI clients have at its end; raise RemoteError."""
    with_scheme = url if "://" in url else f"http://{url}"
    try:
        address = httpx2.URL(with_scheme)
        is_usable = address.scheme in {"http", "https"} and bool(address.host)
    except httpx2.InvalidURL:
        is_usable = False
    if not is_usable:
        raise RemoteError(f"{url!r} is no address of a Footnote. One looks like this: {HERE}")
    return with_scheme.rstrip("/").removesuffix("/v1")


def _joined(path: tuple[str, ...]) -> str:
    return "/".join(quote(part, safe="") for part in path)


def _refused(response: Any) -> RemoteError:
    try:
        message = str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        message = f"The server answered with status {response.status_code}."
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        message += " Commands take a key by --api-key or FOOTNOTE_API_KEY."
    return RemoteError(message, code=str(response.status_code))
