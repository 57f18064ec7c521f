"""Re-ranking by an upstream: Cohere's and Jina's shape of /rerank, which vLLM speaks too, or that of TEI."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import httpx2
import structlog

from app.core import telemetry
from app.core.errors import UpstreamMisconfigured
from app.core.waiting import refuse_inside_transaction
from app.providers.openai.address import UpstreamAddress

log = structlog.get_logger()

_REFUSED_SHAPE = frozenset({400, 404, 422})
_REFUSED_KEY = frozenset({401, 403})


class UpstreamReranker:
    """Asks `{base_url}/rerank`. If the answer is late, broken or wrong, the results keep the order of the search."""

    name = "upstream"

    def __init__(self, address: UpstreamAddress, *, model: str | None) -> None:
        key = address.api_key.get_secret_value() if address.api_key else None
        self._client = httpx2.AsyncClient(
            headers={"authorization": f"Bearer {key}"} if key else {}, timeout=address.timeout_seconds
        )
        self._url = f"{str(address.base_url).rstrip('/')}/rerank"
        self._model = model
        self._deadline_seconds = address.timeout_seconds
        self._key_setting = address.key_setting
        self._as_tei = False
        self._takes_key: bool | None = None

    async def check(self) -> None:
        # Servers may charge for each ranking, so the check stops after the first that is not refused.
        if not self._takes_key:
            await self.rank("ready?", ["ready"])
        if self._takes_key is False:
            raise UpstreamMisconfigured(
                f"The re-ranking server refused {self._key_setting}. Set a valid key, "
                "or remove RERANK_BASE_URL to search without it.",
                code="upstream_auth",
            )

    async def rank(self, query: str, texts: Sequence[str]) -> list[float] | None:
        refuse_inside_transaction("A re-ranker")
        try:
            async with asyncio.timeout(self._deadline_seconds):
                scores = _scores(await self._ask(query, texts), count=len(texts))
        except (TimeoutError, httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            telemetry.reranks.labels("failed").inc()
            log.warning("rerank_failed", reason=str(error)[:200] or type(error).__name__)
            return None
        telemetry.reranks.labels("ok").inc()
        return scores

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, query: str, texts: Sequence[str]) -> Any:
        answer = await self._client.post(self._url, json=self._body(query, texts))
        if answer.status_code in _REFUSED_SHAPE and not self._as_tei:
            as_tei = await self._client.post(self._url, json={"query": query, "texts": list(texts)})
            self._as_tei = as_tei.is_success
            answer = as_tei
        self._takes_key = answer.status_code not in _REFUSED_KEY
        answer.raise_for_status()
        return answer.json()

    def _body(self, query: str, texts: Sequence[str]) -> dict[str, object]:
        if self._as_tei:
            return {"query": query, "texts": list(texts)}
        body: dict[str, object] = {"query": query, "documents": list(texts), "top_n": len(texts)}
        return body | {"model": self._model} if self._model else body


def _scores(answer: Any, *, count: int) -> list[float]:
    """Return the scores in the order of the texts; ValueError when one is missing."""
    entries = answer if isinstance(answer, list) else answer["results"]
    by_index = {
        int(entry["index"]): float(entry["score"] if "score" in entry else entry["relevance_score"])
        for entry in entries
    }
    scores = [by_index[index] for index in range(count)]
    if not all(map(math.isfinite, scores)):
        raise ValueError("a score is not a finite number")
    # Some servers return the model's logits.
    return scores if all(0 <= score <= 1 for score in scores) else [_logistic(score) for score in scores]


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))
