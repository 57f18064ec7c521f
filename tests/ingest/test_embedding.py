"""Embedding of chunks: each text once, at the pace that upstream allows."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.core.errors import (
    FootnoteError,
    QuotaExceeded,
    RateLimited,
    UpstreamAway,
    UpstreamFailed,
    UpstreamTimedOut,
)
from app.core.types import Caller, EmbeddingSpace
from app.db.database import Database
from app.ingest.embedding import ChunkEmbedder
from app.library.files import FileLibrary
from app.providers.base import EmbeddingResult, Embeddings, TokenInput
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import engine_of, make_store_with


class RefusingEmbeddings(FallbackEmbeddings):
    """The fallback, which refuses its first calls and counts the texts that it embeds."""

    is_cheap = False

    def __init__(self, *refusals: FootnoteError) -> None:
        super().__init__()
        self.refusals = list(refusals)
        self.texts = 0

    async def embed(self, texts: Sequence[TokenInput], **options: Any) -> EmbeddingResult:
        if self.refusals:
            raise self.refusals.pop(0)
        self.texts += len(texts)
        return await super().embed(texts, **options)


async def test_a_refusal_for_the_rate_is_waited_out(db: Database, caller: Caller) -> None:
    """However often within reason; the texts are embedded once."""
    provider = RefusingEmbeddings(*(RateLimited("Slow down.", retry_after_seconds=0.01) for _ in range(4)))

    known = await ChunkEmbedder(db, provider).embed(caller, {b"key": "A text."}, provider.space)

    assert set(known) == {b"key"}
    assert provider.texts == 1


@pytest.mark.parametrize(
    "refusals",
    [[QuotaExceeded("No credit.")], [RateLimited("Slow down.", retry_after_seconds=0.001)] * 20],
)
async def test_patience_ends(db: Database, caller: Caller, refusals: list[FootnoteError]) -> None:
    """An empty account does not fill by waiting, and nobody waits for ever."""
    provider = RefusingEmbeddings(*refusals)

    with pytest.raises(RateLimited):
        await ChunkEmbedder(db, provider).embed(caller, {b"key": "A text."}, provider.space)

    assert provider.texts == 0


@pytest.mark.parametrize("failure", [UpstreamFailed("It is down."), UpstreamTimedOut("It is slow.")])
async def test_an_upstream_that_embeds_nothing_is_away(
    db: Database, caller: Caller, failure: FootnoteError
) -> None:
    """The texts are not the cause. It is left alone for a while, and why is said."""
    provider = RefusingEmbeddings(failure, failure)
    embedder = ChunkEmbedder(db, provider)

    with pytest.raises(UpstreamAway, match=failure.message) as away:
        await embedder.embed(caller, {b"key": "A text."}, provider.space)

    assert away.value.retry_after_seconds
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await embedder.ready()


async def test_texts_on_which_upstream_fails_are_to_blame(db: Database, caller: Caller) -> None:
    """It embeds another text meanwhile, so it is not away."""
    provider = RefusingEmbeddings(UpstreamFailed("It fails."))
    embedder = ChunkEmbedder(db, provider)

    with pytest.raises(UpstreamFailed):
        await embedder.embed(caller, {b"key": "A text."}, provider.space)

    await embedder.ready()
    assert provider.texts == 1


async def test_a_list_of_models_that_cannot_be_had_says_nothing(db: Database) -> None:
    """A store of another model is not refused because upstream is away."""

    class Unlisted(FallbackEmbeddings):
        async def serves(self, space: EmbeddingSpace) -> bool:
            raise UpstreamFailed("It is down.")

    with pytest.raises(UpstreamAway):
        await ChunkEmbedder(db, Unlisted()).serves(EmbeddingSpace("another", 8))


async def test_progress_is_told_after_each_batch(db: Database, caller: Caller) -> None:
    """What is known by then, but not at the end, which the caller sees itself."""
    texts = {f"key {number}".encode(): f"Text {number}." for number in range(600)}
    counts: list[int] = []

    async def on_progress(known: Mapping[bytes, Embeddings]) -> None:
        assert known.keys() <= texts.keys()
        counts.append(len(known))

    provider = FallbackEmbeddings()
    await ChunkEmbedder(db, provider).embed(caller, texts, provider.space, on_progress=on_progress)

    assert counts == [256, 512]


async def test_a_deleted_text_is_remembered(db: Database, caller: Caller, tmp_path: Path) -> None:
    """The file and its chunks are gone; the same text again costs nothing."""
    provider = RefusingEmbeddings()
    _, (entry,) = await make_store_with(
        db, ["Leave lasts nine months."], folder=tmp_path, embeddings=provider
    )
    await FileLibrary(db).delete(caller, entry.file.public_id)
    async with engine_of(db).connect() as connection:
        assert await connection.scalar(text("select count(*) from chunks")) == 0

    _, (again,) = await make_store_with(
        db, ["Leave lasts nine months."], folder=tmp_path, embeddings=provider
    )

    assert again.membership.chunk_count == 1
    assert provider.texts == 1


async def test_what_was_embedded_before_a_failure_is_kept(db: Database, caller: Caller) -> None:
    """Batches are remembered one by one, so that a new start pays only for the rest."""
    texts = {bytes([number // 256, number % 256]): f"Text {number}." for number in range(300)}
    failing = RefusingEmbeddings()
    embedder = ChunkEmbedder(db, failing)
    await embedder.embed(caller, dict(list(texts.items())[:256]), failing.space)
    failing.refusals = [QuotaExceeded("No credit.")]
    with pytest.raises(QuotaExceeded):
        await embedder.embed(caller, texts, failing.space)

    known = await embedder.embed(caller, texts, failing.space)

    assert len(known) == 300
    assert failing.texts == 300
