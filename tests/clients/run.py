"""Asks Footnote through other people's clients and prints what each shows: `make test-clients`.

Fails when a client gets no answer from the document, or does not show the source that it can show.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.core.logging import configure_logging
from app.main import create_app
from app.settings import Settings
from tests.node import NODE
from tests.serving import serve

HERE = Path(__file__).parent
_PYTHON = HERE / ".venv" / "bin" / "python"
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Client:
    """A client with the command that runs it; `shows_sources` says whether it has a place for them."""

    name: str
    command: tuple[str, ...]
    shows_sources: bool = True


def _python(script: str) -> tuple[str, ...]:
    return (str(_PYTHON), str(HERE / "scripts" / script))


CLIENTS = (
    Client("OpenAI Agents SDK", _python("openai_agents.py")),
    Client("LangChain, responses", _python("langchain_responses.py")),
    Client("LangChain, chats and embeddings", _python("langchain_chat.py"), shows_sources=False),
    Client("pydantic-ai", _python("pydantic_ai_both.py"), shows_sources=False),
    Client("Vercel AI SDK", (str(NODE), str(HERE / "node" / "vercel.mjs"))),
)


def main() -> int:
    """Return 0 when every client got its answer."""
    configure_logging(level="error", style="json")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), dev_fallbacks=True)
        with serve(create_app(settings)) as server:
            store_id = _fill(server.v1)
            environment = os.environ | {"FOOTNOTE_BASE_URL": server.v1, "FOOTNOTE_STORE_ID": store_id}
            failures = [client.name for client in CLIENTS if not _asked(client, environment)]
    return 1 if failures else 0


def _fill(base_url: str) -> str:
    """Make a store of one document and return its id."""
    text = "Parental leave lasts nine months. It is paid in full for six of them."
    sent = {"files": {"file": ("leave.txt", text.encode())}, "data": {"vector_store": "hr"}}
    answer = httpx.post(f"{base_url}/ingest", timeout=60, **sent).raise_for_status()  # type: ignore[arg-type]
    return str(answer.json()["vector_store_id"])


def _asked(client: Client, environment: dict[str, str]) -> bool:
    """Run a client, print its row of the table, and return whether it showed what it can."""
    done = subprocess.run(
        client.command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    try:
        seen = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        print(f"| {client.name} | failed |\n{done.stdout}{done.stderr}", file=sys.stderr)
        return False
    shows = "leave.txt" in (seen["sources"] or ())
    is_good = "nine months" in seen["answer"] and shows == client.shows_sources
    verdict = "its sources" if shows else "markers in the text"
    print(f"| {client.name} | {verdict if is_good else 'FAILED'} |", flush=True)
    return is_good


if __name__ == "__main__":
    sys.exit(main())
