"""Embeddings by the local model: meaning and words in one vector, without a key and without internet."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import numpy as np
import pytest

from app.core.errors import InvalidRequest
from app.core.types import EmbeddingSpace
from app.providers.fallback.embeddings import MODEL as HASHED
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.providers.local.embeddings import MODEL, LocalEmbeddings
from tests.conftest import MakeServer


@pytest.fixture(scope="module")
async def local() -> AsyncIterator[LocalEmbeddings]:
    """The model, loaded once."""
    made = LocalEmbeddings()
    yield made
    await made.close()


async def similarity(embeddings: LocalEmbeddings | FallbackEmbeddings, one: str, other: str) -> float:
    vectors = (await embeddings.embed([one, other], purpose="query")).vectors
    return float(vectors[0] @ vectors[1])


async def test_meaning_counts_without_a_word_in_common(local: LocalEmbeddings) -> None:
    """Hashed words see nothing there: that is what the model is for."""
    question, answer, other = (
        "How do I heal a cough?",
        "Remedies against respiratory infections",
        "Tax rates of companies",
    )

    assert await similarity(local, question, answer) > await similarity(local, question, other) + 0.15
    assert await similarity(FallbackEmbeddings(), question, answer) < 0.1


async def test_words_count_where_the_model_knows_none(local: LocalEmbeddings) -> None:
    """A part number is noise to the model."""
    query, same, similar = "TK-2041-B", "The unit TK-2041-B is sealed.", "The unit TK-2014-D is sealed."

    assert await similarity(local, query, same) > await similarity(local, query, similar)


async def test_a_text_has_one_vector(local: LocalEmbeddings) -> None:
    """Alone, among others, as a question or as a document: the same bytes."""
    texts = [f"Paragraph {number} is about leave." for number in range(20)]

    many = (await local.embed(texts, purpose="document")).vectors
    alone = (await local.embed(texts[7:8], purpose="query")).vectors

    assert many.shape == (20, 1536)
    np.testing.assert_array_equal(many[7], alone[0])


async def test_a_question_does_not_wait_for_documents(local: LocalEmbeddings) -> None:
    """Files are read at a lower priority meanwhile."""
    documents = asyncio.create_task(
        local.embed(
            [f"Paragraph {number}. {'Leave is granted. ' * 50}" for number in range(100)], purpose="document"
        )
    )
    await asyncio.sleep(0.05)

    await local.embed(["How long is the leave?"], purpose="query")

    assert not documents.done()
    assert len((await documents).vectors) == 100


@pytest.mark.parametrize("text", ["", " ", "…", "\ud800", "x" * 100_000, "你好，世界"])
async def test_any_text_has_a_unit_vector(local: LocalEmbeddings, text: str) -> None:
    """However odd: nothing, half a character, far more than the model reads."""
    vectors = (await local.embed([text], purpose="document")).vectors

    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


async def test_stores_of_the_fallback_are_served(local: LocalEmbeddings) -> None:
    """Stores stay usable after a switch to the local model: their vectors are the fallback's own."""
    space = EmbeddingSpace(HASHED, 1536)

    served = await local.embed(["parental leave"], purpose="query", space=space)

    assert await local.serves(space)
    assert await local.serves(EmbeddingSpace(MODEL, 1536))
    assert not await local.serves(EmbeddingSpace("text-embedding-3-small", 1536))
    np.testing.assert_array_equal(
        served.vectors, (await FallbackEmbeddings().embed(["parental leave"], purpose="query")).vectors
    )


async def test_more_dimensions_than_there_are_are_refused(local: LocalEmbeddings) -> None:
    """Fewer are there, as with OpenAI's models."""
    shorter = await local.embed_as(["text"], model="text-embedding-3-small", dimensions=256)

    assert shorter.vectors.shape == (1, 256)
    with pytest.raises(InvalidRequest, match="1536 at most"):
        await local.embed_as(["text"], model="text-embedding-3-small", dimensions=3072)


def test_files_are_found_by_meaning(make_server: MakeServer) -> None:
    """Through the whole service: taken in, searched, and named by /readyz."""
    server = make_server(embedding_provider="local")
    for name, text in (
        ("cough.txt", "Remedies against respiratory infections."),
        ("tax.txt", "Tax rates of companies."),
    ):
        httpx.post(
            f"{server.v1}/ingest", json={"text": text, "filename": name}, timeout=60
        ).raise_for_status()

    body = {"query": "How do I heal a cough?", "footnote": {"mode": "semantic"}}
    found = httpx.post(f"{server.v1}/vector_stores/default/search", json=body).json()["data"]

    assert found[0]["filename"] == "cough.txt"
    assert httpx.get(f"{server.url}/readyz").json()["provider"] == {"chat": "fallback", "embeddings": "local"}
