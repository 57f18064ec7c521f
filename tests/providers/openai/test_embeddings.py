"""Upstream's embeddings: in order, checked, as long as was asked."""

import numpy as np
import pytest

from app.core import errors
from app.core.types import EmbeddingSpace
from app.providers.openai.connection import OpenAIConnection
from app.providers.openai.embeddings import OpenAIEmbeddings
from tests.fake_upstream import FakeUpstream


async def test_embeddings_are_put_in_order_and_to_unit_length(connection: OpenAIConnection) -> None:
    """Whatever order upstream answers in, and whatever the lengths."""
    provider = OpenAIEmbeddings(connection, space=EmbeddingSpace("embed-shuffled", 1536))

    result = await provider.embed(["alpha", "beta", "alpha"], purpose="document")

    np.testing.assert_allclose(np.linalg.norm(result.vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(result.vectors[0], result.vectors[2])
    assert not np.array_equal(result.vectors[0], result.vectors[1])
    assert result.prompt_tokens == 9


@pytest.mark.parametrize(
    ("model", "raised"),
    [
        ("embed-few", errors.UpstreamFailed),
        ("embed-wrong-size", errors.UpstreamMisconfigured),
        ("embed-unknown", errors.UpstreamMisconfigured),
    ],
)
async def test_wrong_embeddings_are_refused(
    connection: OpenAIConnection, model: str, raised: type[errors.FootnoteError]
) -> None:
    """Too few, of another dimension than what is stored, or by a model that upstream does not have."""
    provider = OpenAIEmbeddings(connection, space=EmbeddingSpace(model, 1536))

    with pytest.raises(raised):
        await provider.embed(["alpha", "beta"], purpose="document")


@pytest.mark.parametrize("model", ["any-model", "text-embedding-3-small"])
async def test_the_callers_fields_reach_any_model(
    connection: OpenAIConnection, upstream: FakeUpstream, model: str
) -> None:
    """`dimensions` and whatever else was sent, whatever the model is called."""
    provider = OpenAIEmbeddings(connection, space=EmbeddingSpace(model, 1536))

    result = await provider.embed_as(
        ["alpha"], model=model, dimensions=64, extra={"user": "u1", "input_type": "query"}
    )

    assert result.vectors.shape == (1, 64)
    (sent,) = upstream.requests
    assert (sent["dimensions"], sent["user"], sent["input_type"]) == (64, "u1", "query")


async def test_a_model_that_allows_it_is_shortened_here(
    connection: OpenAIConnection, upstream: FakeUpstream
) -> None:
    """Where upstream ignores `dimensions`: the first ones, at unit length."""
    model = "nomic-ai/nomic-embed-text-v1.5"
    provider = OpenAIEmbeddings(connection, space=EmbeddingSpace(model, 256))

    whole = await provider.embed_as(["alpha"], model=model, dimensions=None)
    short = await provider.embed_as(["alpha"], model=model, dimensions=256)
    stored = await provider.embed(["alpha"], purpose="document")

    expected = whole.vectors[0][:256] / np.linalg.norm(whole.vectors[0][:256])
    np.testing.assert_allclose(short.vectors[0], expected, atol=1e-6)
    np.testing.assert_allclose(stored.vectors[0], expected, atol=1e-6)


async def test_other_models_say_what_they_returned(
    connection: OpenAIConnection, upstream: FakeUpstream
) -> None:
    """One that refuses `dimensions` is asked without them, and from then on at once."""
    provider = OpenAIEmbeddings(connection, space=EmbeddingSpace("embed-one-length", 7))

    for _ in range(2):
        with pytest.raises(errors.InvalidRequest, match="returned 7 dimensions, not 5") as raised:
            await provider.embed_as(["alpha"], model="embed-one-length", dimensions=5)
    stored = await provider.embed(["alpha"], purpose="document")

    assert (raised.value.param, raised.value.code) == ("dimensions", "invalid_value")
    assert stored.vectors.shape == (1, 7)
    assert ["dimensions" in sent for sent in upstream.requests] == [True, False, False, False]
