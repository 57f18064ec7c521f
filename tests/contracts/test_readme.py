"""What the README shows works as it stands there: its commands, its Python and its links."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import _COMMANDS
from app.core.shipped import SAMPLE
from app.settings import Settings
from tests.chat_page import ingest
from tests.serving import LiveServer

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HERE = "http://127.0.0.1:8000"
QUESTION = "parental leave?"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def python_of(text: str) -> str:
    (found,) = [block for block in blocks("python") if text in block]
    return found


def run(command: list[str], server: LiveServer) -> str:
    environment = os.environ | {"FOOTNOTE_BASE_URL": server.url, "FOOTNOTE_API_KEY": ""}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def server(live_server: LiveServer) -> LiveServer:
    """A server that holds the sample."""
    ingest(live_server, SAMPLE.name, SAMPLE.read_bytes())
    return live_server


@pytest.mark.parametrize("text", ["from openai import OpenAI", "from mcp import Client"])
def test_its_python_answers(server: LiveServer, text: str) -> None:
    """Each program, with the address of a server that runs."""
    program = python_of(text).replace(HERE, server.url)

    said = run([sys.executable, "-c", program], server)

    assert "up to 26 weeks of parental leave [1]" in said
    assert "quoted" in said


def test_its_first_commands_answer(live_server: LiveServer) -> None:
    """From the sample to an answer, in the shell."""
    lines = [line.split("  #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    commands = [
        line
        for line in lines
        if line.startswith(".venv/bin/footnote") and ("--sample" in line or QUESTION in line)
    ]
    shown = [
        run([sys.executable, "-m", "app", *shlex.split(command)[1:]], live_server) for command in commands[:2]
    ]

    assert "1 file: 1 read" in shown[0]
    assert "up to 26 weeks of parental leave [1]" in shown[1]


def test_its_curl_works(live_server: LiveServer) -> None:
    """The upload, and the streamed chat."""
    (upload,) = [block for block in blocks("sh") if block.startswith("curl -F file=@static")]
    (chat,) = [block for block in blocks("sh") if block.startswith("curl -N")]

    run(["bash", "-c", upload.replace(HERE, live_server.url)], live_server)
    streamed = run(["bash", "-c", chat.replace(HERE, live_server.url)], live_server)

    assert streamed.rstrip().endswith("data: [DONE]")
    assert "sample-handbook.md" in streamed


def test_its_links_lead_somewhere() -> None:
    """To files of the clone, and to headings of its own."""
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    headings = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }

    files = {link for link in links if not link.startswith(("#", "http"))}
    assert {link for link in files if not (ROOT / link.split("#")[0]).exists()} == set()
    assert {link[1:] for link in links if link.startswith("#")} <= headings


def test_its_count_of_clients_is_right() -> None:
    """As many as the table has rows."""
    table = README.split("| client | shows |\n|---|---|\n")[1].split("\n\n")[0]

    assert len(table.splitlines()) == 17
    assert "[seventeen of them](#clients)" in README


def test_extras_are_installed_without_a_copy() -> None:
    """Without -e, workers would import a copy of the program, and keep it when the clone is updated."""
    places = [ROOT / name for name in ("README.md", ".env.example")] + list((ROOT / "app").rglob("*.py"))
    told = [
        extra
        for place in places
        for extra in re.findall(r"install (-e )?[\"']\.\[", place.read_text(encoding="utf-8"))
    ]

    assert len(told) >= 10
    assert set(told) == {"-e "}


def test_every_setting_is_explained() -> None:
    """By README's table, and by the file that people copy."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = {name.upper() for name in Settings.model_fields}

    assert {name for name in names if f"`{name}`" not in README} == set()
    assert {name for name in names if not re.search(rf"^#?{name}=", example, re.MULTILINE)} == set()


def test_every_command_is_named() -> None:
    """As it is typed, or in the list of those that call a server."""
    typed = set(re.findall(r"(?:footnote|-m app) ([a-z][a-z-]*)", README))

    assert set(_COMMANDS) - typed == set()
