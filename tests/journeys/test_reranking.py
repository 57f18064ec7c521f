"""RERANK_BASE_URL: the re-ranker's order in searches and chats; the fused one when it fails."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import MakeServer
from tests.fake_reranker import FakeReranker, Shape
from tests.serving import LiveServer, serve


@pytest.fixture
def reranker() -> Iterator[tuple[FakeReranker, str]]:
    """A re-ranker and its address."""
    fake = FakeReranker()
    with serve(fake.app) as server:
        yield fake, server.url


def fill(server: LiveServer) -> None:
    for number in range(5):
        word = "favourite" if number == 3 else "ordinary"
        text = f"The dish of day {number} is an {word} soup."
        httpx.post(f"{server.v1}/ingest", json={"text": text, "filename": f"{number}.txt"}).raise_for_status()


def ask(server: LiveServer) -> tuple[list[str], list[float], bool]:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is the dish of day 1?"}]}
    answer = httpx.post(f"{server.v1}/chat/completions", json=body)
    chunks = answer.json()["footnote"]["chunks"]
    record = httpx.get(f"{server.v1}/retrievals/{answer.headers['x-footnote-retrieval-id']}").json()
    return [chunk["filename"] for chunk in chunks], [chunk["score"] for chunk in chunks], record["reranked"]


@pytest.mark.parametrize("shape", ["cohere", "tei"])
def test_the_rerankers_order_counts(
    make_server: MakeServer, reranker: tuple[FakeReranker, str], shape: Shape
) -> None:
    """Its favourite comes first, with its score, and it was asked with the question."""
    fake, url = reranker
    fake.shape = shape
    server = make_server(rerank_base_url=url, rerank_timeout_seconds=60)
    fill(server)

    files, scores, reranked = ask(server)

    assert (files[0], scores[0], reranked) == ("3.txt", 0.9, True)
    assert scores == sorted(scores, reverse=True)
    assert fake.requests[-1]["query"] == "What is the dish of day 1?"


def test_without_its_answer_the_fused_order_stands(
    make_server: MakeServer, reranker: tuple[FakeReranker, str]
) -> None:
    """With a broken re-ranker there is still an answer, in the fused order."""
    fake, url = reranker
    fake.shape = "broken"
    server = make_server(rerank_base_url=url, rerank_timeout_seconds=60)
    fill(server)

    files, _, reranked = ask(server)

    assert (files[0], reranked) == ("1.txt", False)
