"""Searching a store that the last search has seen already."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.core.permissions import Reach
from app.core.searches import SearchOptions
from app.core.types import Caller, SearchMode
from app.db.database import Database
from app.library.files import FileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retriever, SearchRequest
from tests.factories import make_store_with


@pytest.mark.parametrize("mode", ["semantic", "hybrid"])
async def test_a_store_that_was_seen_is_searched_as_it_is_now(
    db: Database, caller: Caller, tmp_path: Path, mode: SearchMode
) -> None:
    """A file more, none left, the store gone: what was remembered of it decides nothing. Nor does it open it to others."""
    store, (first,) = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    retriever = Retriever(db, QueryEmbedder(FallbackEmbeddings()))
    request = SearchRequest(("leave",), SearchOptions((store.public_id,), mode=mode))
    before = await retriever.search(caller, request)

    again = await retriever.search(caller, request)
    assert (again.snippets, again.candidates) == (before.snippets, before.candidates)
    assert (again.route, again.files_searched, len(again.snippets)) == (before.route, 1, 1)

    _, (second,) = await make_store_with(db, ["Leave is unpaid."], folder=tmp_path)
    grown = await retriever.search(caller, request)
    assert (len(grown.snippets), grown.files_searched) == (2, 2)
    fresh = await Retriever(db, QueryEmbedder(FallbackEmbeddings())).search(caller, request)
    assert (grown.snippets, grown.candidates) == (fresh.snippets, fresh.candidates)

    for stranger in (Caller("proj_other"), replace(caller, reach=Reach(stores=("vs_another",)))):
        with pytest.raises(NotFound):
            await retriever.search(stranger, request)

    for entry in (first, second):
        await FileLibrary(db).delete(caller, entry.file.public_id)
    emptied = await retriever.search(caller, request)
    assert (emptied.route, emptied.snippets) == ("empty", ())

    await retriever.search(caller, request)
    await VectorStoreLibrary(db).delete(caller, store.public_id)
    with pytest.raises(NotFound):
        await retriever.search(caller, request)


@pytest.mark.parametrize("mode", ["semantic", "hybrid"])
async def test_a_store_that_was_seen_is_left_behind_with_its_embeddings(
    db: Database, caller: Caller, tmp_path: Path, mode: SearchMode
) -> None:
    """The same name means another store, of another embedding space: the search is made again for that one."""
    store, _ = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path, name="handbook")
    retriever = Retriever(db, QueryEmbedder(FallbackEmbeddings()))
    request = SearchRequest(("leave",), SearchOptions(("handbook",), mode=mode))
    await retriever.search(caller, request)
    await VectorStoreLibrary(db).delete(caller, store.public_id)
    small = FallbackEmbeddings(dimensions=64)
    other, _ = await make_store_with(
        db, ["Leave lasts a year."], folder=tmp_path, name="handbook", embeddings=small
    )

    found = await retriever.search(caller, request)

    assert found.store_ids == (other.public_id,)
    assert [snippet.text for snippet in found.snippets] == ["Leave lasts a year."]
