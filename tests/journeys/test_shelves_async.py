"""Files and vector stores through the stock asynchronous SDK, strict about what it is answered."""

from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from tests.serving import LiveServer

LEAVE = ("leave.txt", b"Parental leave lasts nine months.")


@pytest.fixture
async def client(live_server: LiveServer) -> AsyncIterator[openai.AsyncOpenAI]:
    """The SDK, closed when the test ends."""
    async with openai.AsyncOpenAI(
        base_url=live_server.v1, api_key="any", max_retries=0, _strict_response_validation=True
    ) as opened:
        yield opened


async def test_the_shelves_asynchronously(client: openai.AsyncOpenAI) -> None:
    """Create, upload and poll, batches, search with filters, paging, delete."""
    stores = client.vector_stores
    store = await stores.create(name="async")
    leave = await stores.files.upload_and_poll(
        vector_store_id=store.id, file=LEAVE, attributes={"year": 2026}
    )
    batch = await stores.file_batches.upload_and_poll(
        store.id, files=[(f"{n}.txt", f"Fact number {n} is a fact.".encode()) for n in range(5)]
    )
    only_2026: Any = {"type": "gte", "key": "year", "value": 2026}

    found = await stores.search(store.id, query="How long is parental leave?")
    filtered = await stores.search(store.id, query="fact", filters=only_2026)
    paged = [entry.id async for entry in stores.files.list(store.id, limit=1)]
    of_batch = [
        entry.id
        async for entry in stores.file_batches.list_files(batch.id, vector_store_id=store.id, limit=2)
    ]

    assert leave.status == "completed"
    assert (batch.file_counts.completed, batch.file_counts.total) == (5, 5)
    assert found.data[0].file_id == leave.id
    assert [result.file_id for result in filtered.data] == [leave.id]
    assert len(set(paged)) == len(paged) == 6
    assert set(of_batch) == set(paged) - {leave.id}


async def test_deletes_asynchronously(client: openai.AsyncOpenAI) -> None:
    """A detached file lives on, a deleted one and a deleted store are gone."""
    store = await client.vector_stores.create()
    leave = await client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=LEAVE)

    assert (await client.vector_stores.files.delete(leave.id, vector_store_id=store.id)).deleted
    assert (await client.files.retrieve(leave.id)).id == leave.id
    assert (await client.files.delete(leave.id)).deleted
    assert (await client.vector_stores.delete(store.id)).deleted

    with pytest.raises(openai.NotFoundError):
        await client.files.retrieve(leave.id)
    with pytest.raises(openai.NotFoundError):
        await client.vector_stores.retrieve(store.id)
