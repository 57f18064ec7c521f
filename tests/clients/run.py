"""Asks Footnote through other people's clients and prints what each shows: `make test-clients`.

Fails when a client gets no answer from the document, or does not show the source that it can show. The programs of `examples/` that
need these clients are run, too: each has to print an answer from the sample document, and its source.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from app.core.shipped import SAMPLE
from app.core.telemetry import configure_logging
from app.main import create_app
from app.settings import Settings
from tests.node import NODE
from tests.serving import serve

HERE = Path(__file__).parent
EXAMPLES_FOLDER = HERE.parents[1] / "examples"
_SECONDS = 300
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Client:
    """A client with the command that runs it; `shows_sources` says whether it has a place for them."""

    name: str
    command: tuple[str, ...]
    shows_sources: bool = True


def _python(script: str, packages: str = "newest") -> tuple[str, ...]:
    return (str(HERE / ".venv" / packages / "bin" / "python"), str(HERE / "scripts" / script))


def _node(script: str, *arguments: str) -> tuple[str, ...]:
    return (str(NODE), str(HERE / "node" / script), *arguments)


CLIENTS = (
    Client("OpenAI SDK for Python, 3.x", _python("openai_sdk.py")),
    Client("OpenAI SDK for Python, 2.x", _python("openai_sdk.py", "openai2")),
    Client("OpenAI SDK for Node", _node("openai_sdk.mjs")),
    Client("OpenAI Agents SDK for Python", _python("openai_agents.py")),
    Client("OpenAI Agents SDK for Node", _node("openai_agents.mjs")),
    Client("Vercel AI SDK 7", _node("vercel.mjs", "7")),
    Client("Vercel AI SDK 6", _node("vercel.mjs", "6")),
    Client("LangChain with `use_responses_api=True`", _python("langchain_responses.py")),
    Client("LangChain over chats", _python("langchain_chat.py"), shows_sources=False),
    Client("LangChain's standard tests", _python("langchain_suite.py"), shows_sources=False),
    Client("LlamaIndex", _python("llama_index_both.py", "openai2")),
    Client("LiteLLM SDK", _python("litellm_sdk.py")),
    Client("LiteLLM proxy with `pg_vector`", _python("litellm_proxy.py")),
    Client("instructor", _python("instructor_model.py", "openai2")),
    Client("pydantic-ai", _python("pydantic_ai_both.py"), shows_sources=False),
    Client("Haystack", _python("haystack_both.py"), shows_sources=False),
    Client("Semantic Kernel", _python("semantic_kernel_chat.py", "openai2"), shows_sources=False),
    Client("`llm` on the command line", _python("llm_command.py", "openai2"), shows_sources=False),
)


# Of each: the interpreter of an environment that has what its first line installs.
PYTHON_EXAMPLES = {
    "langchain_answer.py": "newest",
    "litellm_pg_vector.py": "newest",
    "llama_index_answer.py": "openai2",
}
NODE_EXAMPLES = ("openai_node.mjs", "vercel_ai.mjs")


def main() -> int:
    """Return 0 when every client and every example got its answer."""
    configure_logging(level="error", style="json")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), dev_fallbacks=True)
        with serve(create_app(settings)) as server:
            store_id = _fill(server.v1)
            ask = partial(_asked, environment=_environment(server.v1, store_id))
            print("| client | shows |\n|---|---|")
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                is_good = [
                    _printed(client, seen)
                    for client, seen in zip(CLIENTS, pool.map(ask, CLIENTS), strict=True)
                ]
            is_good += [
                _answered(name, _example(name, _environment(server.v1, store_id)))
                for name in (*PYTHON_EXAMPLES, *NODE_EXAMPLES)
            ]
    return 0 if all(is_good) else 1


def _environment(base_url: str, store_id: str) -> dict[str, str]:
    """Return what tells clients where we are, and keeps them off the internet."""
    ours = {"FOOTNOTE_BASE_URL": base_url, "FOOTNOTE_STORE_ID": store_id}
    defaults = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "any", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    return os.environ | ours | defaults


def _fill(base_url: str) -> str:
    """Make a store of one document and return its id; put the sample into the default store."""
    text = "Parental leave lasts nine months. It is paid in full for six of them."
    sent = {"files": {"file": ("leave.txt", text.encode())}, "data": {"vector_store": "hr"}}
    answer = httpx.post(f"{base_url}/ingest", timeout=60, **sent).raise_for_status()  # type: ignore[arg-type]
    sample = {"file": (SAMPLE.name, SAMPLE.read_bytes())}
    httpx.post(f"{base_url}/ingest", timeout=60, files=sample).raise_for_status()
    return str(answer.json()["vector_store_id"])


def _asked(client: Client, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        client.command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )


def _example(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run an example. Node finds packages beside a program, so it gets the program as its input."""
    program = EXAMPLES_FOLDER / name
    command: tuple[str, ...] = (str(NODE), "--input-type=module")
    if name in PYTHON_EXAMPLES:
        command = (str(HERE / ".venv" / PYTHON_EXAMPLES[name] / "bin" / "python"), str(program))
    return subprocess.run(
        command,
        cwd=HERE / "node",
        env=environment,
        input=program.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _answered(name: str, done: subprocess.CompletedProcess[str]) -> bool:
    """Say what an example printed where it is not what it should be."""
    is_good = (
        done.returncode == 0 and "up to 26 weeks" in done.stdout and f"source: {SAMPLE.name}" in done.stdout
    )
    if not is_good:
        print(f"examples/{name} FAILED\n{done.stdout}{done.stderr}", file=sys.stderr)
    return is_good


def _printed(client: Client, done: subprocess.CompletedProcess[str]) -> bool:
    """Print the client's row of the table, and return whether it showed what it can."""
    try:
        seen = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        seen = {"answer": "", "sources": None}
    shows = "leave.txt" in (seen["sources"] or ())
    is_good = "nine months" in seen["answer"] and shows == client.shows_sources
    verdict = "its sources" if shows else "markers in the text"
    print(f"| {client.name} | {verdict if is_good else 'FAILED'} |", flush=True)
    if not is_good:
        print(f"{done.stdout}{done.stderr}", file=sys.stderr)
    return is_good


if __name__ == "__main__":
    sys.exit(main())
