"""A re-ranker that prefers texts with a word of its choice, in the shape of one server or another, with faults to order."""

import asyncio
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

Shape = Literal["cohere", "tei", "slow", "broken", "garbage", "few", "logits", "refused"]


class FakeReranker:
    """Answers POST /rerank; keeps what it was asked."""

    def __init__(self) -> None:
        self.shape: Shape = "cohere"
        self.favourite = "favourite"
        self.requests: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.add_api_route("/rerank", self.rerank, methods=["POST"])

    async def rerank(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        match self.shape:
            case "tei":
                return self._as_tei(body)
            case "slow":
                await asyncio.sleep(5)
            case "broken":
                return JSONResponse({"error": "out of memory"}, 500)
            case "refused":
                return JSONResponse({"error": "invalid api key"}, 401)
            case "garbage":
                return Response("<html>", media_type="text/html")
            case _:
                pass
        results = [
            {"index": index, "relevance_score": self._score(text)}
            for index, text in enumerate(body["documents"])
        ]
        return JSONResponse({"results": results[::-1][: 1 if self.shape == "few" else None]})

    def _as_tei(self, body: dict[str, Any]) -> Response:
        if "texts" not in body:
            return JSONResponse({"error": "missing field `texts`"}, 422)
        return JSONResponse(
            [{"index": index, "score": self._score(text)} for index, text in enumerate(body["texts"])]
        )

    def _score(self, text: str) -> float:
        scale = 8 if self.shape == "logits" else 1
        return scale * (0.9 if self.favourite in text else 0.2)
