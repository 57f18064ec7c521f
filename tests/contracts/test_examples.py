"""Each program of `examples/` is named in its README, and runs as it says: here, or by `make test-clients`."""

import os
import subprocess
import sys

import pytest

from app.core.shipped import SAMPLE
from tests.chat_page import ingest
from tests.clients.run import EXAMPLES_FOLDER, NODE_EXAMPLES, PYTHON_EXAMPLES
from tests.serving import LiveServer

HERE = {
    "curl.sh": ["bash", "examples/curl.sh"],
    "mcp_client.py": [sys.executable, "examples/mcp_client.py"],
    "ask.py": [sys.executable, "-m", "examples.ask", str(SAMPLE), "How long is parental leave?"],
}
# Models as upstreams: their heads say which packages and weights they need.
UPSTREAMS = {"minilm_upstream.py", "smollm_upstream.py"}


def test_every_example_is_run_somewhere_and_named() -> None:
    """A new one gets a place here or in tests/clients/run.py, and a line in the README."""
    programs = {file.name for file in EXAMPLES_FOLDER.iterdir() if file.suffix in {".py", ".mjs", ".sh"}}
    readme = (EXAMPLES_FOLDER / "README.md").read_text(encoding="utf-8")

    assert programs - {"__init__.py"} == {*HERE, *PYTHON_EXAMPLES, *NODE_EXAMPLES, *UPSTREAMS}
    assert {name for name in programs - {"__init__.py"} if f"({name})" not in readme} == set()


@pytest.mark.parametrize("name", HERE)
def test_an_example_answers(live_server: LiveServer, name: str) -> None:
    """From the sample document, with its source."""
    ingest(live_server, SAMPLE.name, SAMPLE.read_bytes())
    environment = os.environ | {"FOOTNOTE_BASE_URL": live_server.v1, "FOOTNOTE_API_KEY": "any"}

    done = subprocess.run(
        HERE[name],
        cwd=EXAMPLES_FOLDER.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    assert "Parents may take up to 26 weeks of parental leave" in done.stdout
    assert SAMPLE.name in done.stdout
