"""LiteLLM's proxy in front of us: our chats as a model, our stores as its `pg_vector` stores."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from openai import OpenAI
from shared import BASE_URL, FILE_SEARCH, MODEL, QUESTION, STORE_ID, report

KEY = "sk-of-the-proxy-0123456789abcdef"
CONFIG = f"""
model_list:
  - model_name: ours
    litellm_params: {{model: "openai/{MODEL}", api_base: "{BASE_URL}", api_key: any}}
vector_store_registry:
  - vector_store_name: hr
    litellm_params:
      vector_store_id: {STORE_ID}
      custom_llm_provider: pg_vector
      api_base: {BASE_URL.removesuffix("/v1")}
      api_key: any
"""


@contextlib.contextmanager
def proxy() -> Iterator[str]:
    """Run the proxy on a free port and yield its address."""
    # Bound here as well until the end, so that no connection gets the port before the proxy listens on it.
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        Path(folder, "config.yaml").write_text(CONFIG)
        command = [Path(sys.executable).parent / "litellm", "--config", "config.yaml", "--port", str(port)]
        environment = os.environ | {"LITELLM_MASTER_KEY": KEY}
        running = subprocess.Popen(command, cwd=folder, env=environment, stdout=sys.stderr)
        try:
            await_start(running, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            running.terminate()
            running.wait()


def await_start(running: subprocess.Popen[bytes], url: str) -> None:
    while running.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/health/liveliness").status_code == 200:
                return
        time.sleep(0.5)
    raise RuntimeError("the proxy has ended")


with proxy() as base_url:
    client = OpenAI(base_url=base_url, api_key=KEY)
    chat = client.chat.completions.create(model="ours", messages=[{"role": "user", "content": QUESTION}])
    (found,) = client.vector_stores.search(STORE_ID, query=QUESTION)
    response = client.responses.create(model="ours", input=QUESTION, tools=[FILE_SEARCH])

message = chat.choices[0].message
assert message.content == response.output_text
titles = [note.url_citation.title for note in message.annotations]
report(message.content, [*titles, found.filename])
