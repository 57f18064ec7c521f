"""Lists while their rows are deleted: a cursor is a place, so deleting as one lists loses and repeats nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import openai
import psycopg
import pytest

from tests.conftest import conninfo
from tests.serving import LiveServer


@pytest.fixture
def store_with_files(client: openai.OpenAI) -> tuple[str, list[str]]:
    """A store of nine files, and their ids as they were attached."""
    store = client.vector_stores.create(name="many")
    files = [
        client.files.create(
            file=(f"{number}.txt", f"Text number {number}.".encode()), purpose="assistants"
        ).id
        for number in range(9)
    ]
    client.vector_stores.file_batches.create_and_poll(store.id, file_ids=files)
    return store.id, files


def deleted_as_listed(pages: Any, delete: Callable[[str], Any]) -> list[str]:
    """Delete each entry as the SDK's own paging brings it; return what came."""
    seen = []
    for entry in pages:
        seen.append(entry.id)
        delete(entry.id)
    return seen


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_files_can_be_deleted_while_listing(
    client: openai.OpenAI, store_with_files: tuple[str, list[str]], order: Any
) -> None:
    """Every file comes once, although each page's last one is gone when the next page is asked for."""
    _, files = store_with_files

    seen = deleted_as_listed(client.files.list(limit=2, order=order), client.files.delete)

    assert sorted(seen) == sorted(files)
    assert client.files.list().data == []


@pytest.mark.parametrize("how", ["detach", "delete"])
def test_a_stores_files_can_leave_while_listing(
    client: openai.OpenAI, store_with_files: tuple[str, list[str]], how: str
) -> None:
    """By being taken out, or with the file itself."""
    store_id, files = store_with_files

    def leave(file_id: str) -> None:
        if how == "detach":
            client.vector_stores.files.delete(file_id, vector_store_id=store_id)
        else:
            client.files.delete(file_id)

    seen = deleted_as_listed(client.vector_stores.files.list(store_id, limit=2), leave)

    assert sorted(seen) == sorted(files)


def test_stores_can_be_deleted_while_listing(client: openai.OpenAI) -> None:
    """Like files."""
    made = [client.vector_stores.create(name=f"store {number}").id for number in range(5)]

    seen = deleted_as_listed(client.vector_stores.list(limit=2), client.vector_stores.delete)

    assert sorted(seen) == sorted(made)


def test_a_place_is_of_its_own_list(
    client: openai.OpenAI, live_server: LiveServer, store_with_files: tuple[str, list[str]]
) -> None:
    """A file that was never in another store is no cursor there, and an id that never was is none anywhere."""
    store_id, files = store_with_files
    other = client.vector_stores.create(name="other")
    client.vector_stores.files.delete(files[0], vector_store_id=store_id)

    def status(path: str) -> int:
        return httpx.get(f"{live_server.v1}/{path}").status_code

    assert status(f"vector_stores/{store_id}/files?after={files[0]}") == 200
    assert status(f"vector_stores/{store_id}/files?before={files[0]}") == 200
    assert status(f"vector_stores/{other.id}/files?after={files[0]}") == 404
    assert status("files?after=file-never") == 404
    assert status("vector_stores?after=vs_never") == 404


def test_nothing_is_kept_of_a_store_that_went_whole(
    client: openai.OpenAI, store_with_files: tuple[str, list[str]], shared_url: str
) -> None:
    """Its files' places go with it; they would be a row for each."""
    store_id, _ = store_with_files

    client.vector_stores.delete(store_id)

    with psycopg.connect(conninfo(shared_url)) as connection:
        places = connection.execute("select list, public_id from deleted_places").fetchall()
    assert places == [("vector_stores", store_id)]
