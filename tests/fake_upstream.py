"""An OpenAI-compatible upstream with faults to order: a real ASGI server for the tests to call.

The model's name orders the fault, so that each test has its own: `gpt-slow`, `gpt-cut`, `gpt-429`, …
Keys: any but `sk-wrong`.
"""

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from app.settings import DEFAULT_CHAT_MODEL

SENTINEL = "sk-upstream-secret-0123456789"
MODELS = (
    DEFAULT_CHAT_MODEL,
    "gpt-4o-mini",
    "text-embedding-3-small",
    "embed-other",
    "embed-slow",
    "embed-slower",
)
_SAID_BEFORE_STALL = 3
_BREAK: dict[str, Any] = {"content": "never sent"}

_FAULTS: dict[str, tuple[int, str | None, dict[str, str]]] = {
    "gpt-429": (429, "rate_limit_exceeded", {"retry-after": "20"}),
    "gpt-429-soon": (429, "rate_limit_exceeded", {"retry-after-ms": "50"}),
    "gpt-quota": (429, "insufficient_quota", {}),
    "gpt-500": (500, None, {}),
    "gpt-503": (503, None, {"retry-after": "9"}),
    "gpt-400": (400, "unsupported_parameter", {}),
    "gpt-long": (400, "context_length_exceeded", {}),
    "gpt-404": (404, "model_not_found", {}),
}


class FakeUpstream:
    """Keeps its requests, and answers as the model's name orders."""

    def __init__(self) -> None:
        self.forget()
        self.app = FastAPI()
        self.app.add_api_route("/v1/chat/completions", self.chat, methods=["POST"])
        self.app.add_api_route("/v1/embeddings", self.embeddings, methods=["POST"])
        self.app.add_api_route("/v1/decisions", self.decisions, methods=["POST"])
        self.app.add_api_route("/v1/models", self.models, methods=["GET"])

    def forget(self) -> None:
        """Start again: nothing was asked, and the answer is the usual one."""
        self.requests: list[dict[str, Any]] = []
        self.calls: dict[str, int] = {}
        self.disconnected = 0
        self.said = 0
        # So many pieces `gpt-stepped` says; then it waits until a test allows it more.
        self.allowed = 1
        self.answer = "Nine months of leave are granted [1]. Ask for it [9]."
        self.rewritten = "parental leave of contractors"
        self.piece_size = 4
        self.has_decisions = True
        self.probability = 0.97

    async def models(self, request: Request) -> Response:
        self.calls["/models"] = self.calls.get("/models", 0) + 1
        if refused := _refuse_key(request):
            return refused
        return JSONResponse({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})

    async def embeddings(self, request: Request) -> Response:
        if refused := _refuse_key(request):
            return refused
        body = await request.json()
        self._count("embeddings", body)
        await asyncio.sleep({"embed-slow": 0.3, "embed-slower": 1.0}.get(body["model"], 0))
        if body["model"] == "embed-unknown":
            return _error(404, "model_not_found")
        if body["model"] == "embed-one-length" and "dimensions" in body:
            message = "This model does not support specifying dimensions."
            return JSONResponse({"error": {"message": message, "param": "dimensions"}}, 400)
        fixed = {"embed-wrong-size": 7, "embed-one-length": 7, "nomic-ai/nomic-embed-text-v1.5": 768}
        size = fixed.get(body["model"], body.get("dimensions") or 1536)
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": _embedding(text, size, body.get("encoding_format")),
            }
            for index, text in enumerate(texts)
        ]
        if body["model"] == "embed-few":
            data = data[:-1]
        if body["model"] == "embed-shuffled":
            data = data[::-1]
        usage = {"prompt_tokens": 3 * len(texts), "total_tokens": 3 * len(texts)}
        return JSONResponse({"object": "list", "data": data, "model": body["model"], "usage": usage})

    async def decisions(self, request: Request) -> Response:
        """Answer every question with the same probability; `gpt-hang` never answers."""
        if not self.has_decisions:
            return _error(404, None)
        body = await request.json()
        self._count("decisions", body)
        if body["model"] == "gpt-hang":
            await self._hang(request)
        answers = [{"type": "predicate", "probability": self.probability} for _ in body["questions"]]
        usage = {"input_tokens": 100, "output_tokens": 5, "total_tokens": 105}
        return JSONResponse({"answers": answers, "model": body["model"], "usage": usage})

    async def chat(self, request: Request) -> Response:
        if refused := _refuse_key(request):
            return refused
        body = await request.json()
        self._count("chat", body)
        if failed := self._fail(body["model"]):
            return failed
        if body["model"] == "gpt-garbage":
            return Response("<html>bad gateway</html>", media_type="application/json")
        if body["model"] == "gpt-hang":
            await self._hang(request)
        if body.get("stream"):
            return StreamingResponse(self._stream(request, body), media_type="text/event-stream")
        return JSONResponse(self._completion(body))

    def _count(self, kind: str, body: dict[str, Any]) -> None:
        self.requests.append(body)
        self.calls[kind] = self.calls.get(kind, 0) + 1
        self.calls[body["model"]] = self.calls.get(body["model"], 0) + 1

    def _fail(self, model: str) -> Response | None:
        once = model.endswith("-once")
        if once and self.calls[model] > 1:
            return None
        fault = _FAULTS.get(model.removesuffix("-once"))
        return _error(*fault) if fault else None

    async def _hang(self, request: Request) -> None:
        for _ in range(600):
            if await request.is_disconnected():
                self.disconnected += 1
                return
            await asyncio.sleep(0.05)

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self._answer(body)}
        reason = "stop"
        if body["model"] == "gpt-tool":
            call = {
                "id": "call_1",
                "type": "function",
                "function": {"name": "weather", "arguments": '{"city":"Rome"}'},
            }
            message, reason = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
        choices = [
            {"index": index, "message": message, "finish_reason": reason, "logprobs": None}
            for index in range(body.get("n") or 1)
        ]
        return _head(body, "chat.completion") | {"choices": choices, "usage": _usage()}

    async def _stream(self, request: Request, body: dict[str, Any]) -> AsyncIterator[bytes]:
        head = _head(body, "chat.completion.chunk")
        model = body["model"]
        choices = range(body.get("n") or 1)
        for delta in self._deltas(model, self._answer(body)):
            if fault := await self._fault(request, model, delta):
                yield fault
            if model in ("gpt-cut", "gpt-error") and delta is _BREAK:
                return
            for index in choices:
                yield _frame(head | {"choices": [_choice(index, delta)]})
        for index in choices:
            reason = {"gpt-tool": "tool_calls", "gpt-stopped": "length"}.get(model, "stop")
            yield _frame(head | {"choices": [_choice(index, {}, reason)]})
        if (body.get("stream_options") or {}).get("include_usage"):
            yield _frame(head | {"choices": [], "usage": _usage()})
        if model != "gpt-no-done":
            yield b"data: [DONE]\n\n"

    def _answer(self, body: dict[str, Any]) -> str:
        instruction = str(body["messages"][:1])
        if "Judge statements about the text" in instruction:
            count = body["response_format"]["json_schema"]["schema"]["properties"]["answers"]["minItems"]
            return json.dumps({"answers": [self.probability > 0.5] * count})
        return self.rewritten if "Write the one search query" in instruction else self.answer

    def _deltas(self, model: str, answer: str) -> list[dict[str, Any]]:
        match model:
            case "gpt-tool":
                pieces = _tool_pieces()
            case "gpt-refuse":
                pieces = [{"refusal": word} for word in ("I can", "not.")]
            case _:
                pieces = [{"content": word} for word in _pieces(answer, self.piece_size)]
        if model == "gpt-think":
            pieces = [{"reasoning_content": "Let me "}, {"reasoning_content": "see."}, *pieces]
        if model in ("gpt-cut", "gpt-error"):
            pieces = [*pieces[:3], _BREAK]
        return [{"role": "assistant", "content": ""}, *pieces]

    async def _fault(self, request: Request, model: str, delta: dict[str, Any]) -> bytes | None:
        if model == "gpt-slow":
            await asyncio.sleep(0.15)
        if model == "gpt-stepped" and delta.get("content"):
            await self._await_permission()
        if model == "gpt-late" and self.said == 0 and delta.get("content"):
            await asyncio.sleep(6.0)
        self.said += bool(delta.get("content"))
        if model == "gpt-stall" and self.said > _SAID_BEFORE_STALL:
            await self._endless(request)
        if model == "gpt-endless" and delta.get("content"):
            await self._endless(request)
        if model == "gpt-error" and delta is _BREAK:
            return _frame({"error": {"message": f"boom {SENTINEL}", "type": "server_error", "code": "boom"}})
        return None

    async def _await_permission(self) -> None:
        for _ in range(1_500):
            if self.said < self.allowed:
                return
            await asyncio.sleep(0.02)

    async def _endless(self, request: Request) -> None:
        try:
            await self._hang(request)
        except asyncio.CancelledError:
            self.disconnected += 1
            raise


def _refuse_key(request: Request) -> Response | None:
    if request.headers.get("authorization") == "Bearer sk-wrong":
        return _error(401, "invalid_api_key")
    return None


def _error(status: int, code: str | None, headers: dict[str, str] | None = None) -> Response:
    message = f"Upstream says no to you, see https://upstream.example/help ({SENTINEL})."
    error = {"message": message, "type": "some_error", "param": "some_param", "code": code}
    return JSONResponse({"error": error}, status, headers)


def _embedding(text: Any, size: int, encoding: str | None) -> Any:
    """A bag of hashed words: texts that share words are near."""
    vector = np.zeros(size, dtype=np.float32)
    words = text.casefold().split() if isinstance(text, str) else map(str, text)
    for word in words:
        stem = word.strip(".,?!")
        vector[int.from_bytes(hashlib.sha256(stem.encode()).digest()[:4], "big") % size] += 1
    vector[0] += 0.01
    vector *= 3  # not of unit length: the provider must normalise it
    return base64.b64encode(vector.tobytes()).decode() if encoding == "base64" else vector.tolist()


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-upstream",
        "object": kind,
        "created": int(time.time()),
        "model": f"{body['model']}-2026-01-01",
        "system_fingerprint": "fp_upstream",
    }


def _choice(index: int, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _tool_pieces() -> list[dict[str, Any]]:
    opening = {
        "index": 0,
        "id": "call_1",
        "type": "function",
        "function": {"name": "weather", "arguments": ""},
    }
    rest = [{"index": 0, "function": {"arguments": piece}} for piece in ('{"city":', '"Rome"}')]
    return [{"tool_calls": [call]} for call in (opening, *rest)]


def _pieces(text: str, size: int) -> list[str]:
    """Split the text inside markers, which is the hard case for finding them."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def _usage() -> dict[str, Any]:
    return {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def _frame(body: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(body)}\n\n".encode()
