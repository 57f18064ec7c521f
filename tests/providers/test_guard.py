"""The guard around every provider."""

import pytest

from app.core.waiting import Gate, transaction_scope
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.providers.guard import GuardedEmbeddings


async def test_no_model_is_called_inside_a_transaction() -> None:
    """It would hold a connection for as long as the model takes."""
    guarded = GuardedEmbeddings(FallbackEmbeddings(), Gate(1, refusal="full"))

    with transaction_scope(), pytest.raises(RuntimeError, match="inside a database transaction"):
        await guarded.embed(["text"], purpose="query")

    assert len((await guarded.embed(["text"], purpose="query")).vectors) == 1
