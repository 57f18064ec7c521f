"""The guard around every provider."""

import asyncio

import pytest

from app.core.errors import Overloaded
from app.core.scope import transaction_scope
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.providers.guard import Gate, GuardedEmbeddings


async def test_no_model_is_called_inside_a_transaction() -> None:
    """It would hold a connection for as long as the model takes."""
    guarded = GuardedEmbeddings(FallbackEmbeddings(), Gate(1))

    with transaction_scope(), pytest.raises(RuntimeError, match="inside a database transaction"):
        await guarded.embed(["text"], purpose="query")

    assert len((await guarded.embed(["text"], purpose="query")).vectors) == 1


async def test_beyond_the_places_callers_are_asked_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full gate is an error after the wait; a place that comes free is taken."""
    monkeypatch.setattr("app.providers.guard._LONGEST_WAIT_SECONDS", 0.1)
    gate = Gate(1)

    async with gate.place():
        with pytest.raises(Overloaded) as error:
            async with gate.place():
                pytest.fail("there was no place")
    async with asyncio.timeout(1), gate.place():
        pass

    assert error.value.retry_after_seconds == 1
