"""The commands that call a server: where it is, which key it gets, and what is said when it does not answer."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.cli.remote import Remote, RemoteError, address_here
from tests.conftest import MakeServer
from tests.serving import LiveServer

_ROOT = Path(__file__).parents[2]


def footnote(
    *arguments: str, url: str = "", key: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command against a server."""
    given = {"FOOTNOTE_BASE_URL": url, "FOOTNOTE_API_KEY": key, "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=_ROOT,
        env=os.environ | given | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_address_may_be_that_of_openai_clients(live_server: LiveServer) -> None:
    """With /v1 at its end or without, by option or environment."""
    assert footnote("stores", "ls", url=live_server.v1).returncode == 0
    assert footnote("stores", "ls", "--url", live_server.url).returncode == 0
    assert footnote("stores", "ls", "--url", live_server.url.removeprefix("http://")).returncode == 0


def test_no_server_is_a_sentence() -> None:
    """It says what to do, without a traceback."""
    said = footnote("ask", "hello", url="http://127.0.0.1:1")

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("No Footnote answers at http://127.0.0.1:1. Start one with `")
    assert "footnote serve`" in said.stderr


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://127.0.0.1:port", "http://"])
def test_what_is_no_address_is_a_sentence(url: str) -> None:
    """It says what one looks like."""
    with pytest.raises(
        RemoteError, match=f"{url!r} is no address of a Footnote. One looks like this: http://127"
    ):
        Remote(url, "")


@pytest.mark.parametrize("key", ["fn_…", "one\ntwo"])
def test_what_is_no_key_is_a_sentence(key: str) -> None:
    """No header could carry it. The end of a line that was copied with a key does no harm."""
    with pytest.raises(RemoteError, match="Copy it as it was shown"):
        Remote("", key)

    with Remote("", "fn_key\n"):
        pass


def test_a_server_of_this_folder_is_found_by_its_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment wins over `.env`, as it does for the server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORT", raising=False)
    found = [address_here()]
    (tmp_path / ".env").write_text("PORT=9000\n")
    found.append(address_here())
    monkeypatch.setenv("PORT", "9001")
    found.append(address_here())

    assert found == ["http://127.0.0.1:8000", "http://127.0.0.1:9000", "http://127.0.0.1:9001"]


def test_a_key_is_asked_for_and_taken(make_server: MakeServer) -> None:
    """The server's own words on a missing key; with the key it answers."""
    server = make_server(api_keys="secret-key")

    without = footnote("files", "ls", url=server.url)
    with_key = footnote("files", "ls", url=server.url, key="secret-key")

    assert (without.returncode, "API key" in without.stderr) == (1, True)
    assert "--api-key or FOOTNOTE_API_KEY" in without.stderr
    assert (with_key.returncode, "no files yet" in with_key.stdout) == (0, True)


def test_what_is_no_footnote_is_said() -> None:
    """A server that answers with something else."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        Thread(target=other.handle_request, daemon=True).start()

        said = footnote("stores", "ls", url=f"http://127.0.0.1:{other.server_port}")

    assert (said.returncode, "did not answer as a Footnote does" in said.stderr) == (1, True)
