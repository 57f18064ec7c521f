"""Files sent again: new notes replace old ones, a name is replaced once, and each answer is true."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg

from app.core.types import Caller
from app.db.database import Database
from app.library.ingest import IngestFile, Submitted
from tests.conftest import MakeServer, conninfo
from tests.factories import make_ingest, read_queue
from tests.serving import LiveServer


def ingest(server: LiveServer, text: str, **fields: Any) -> dict[str, Any]:
    body = {"text": text, "filename": "price.txt", "vector_store": "shop"} | fields
    answer = httpx.post(f"{server.v1}/ingest", json=body, timeout=60)
    answer.raise_for_status()
    entry: dict[str, Any] = answer.json()["data"][0]
    return entry


def store_files(server: LiveServer) -> list[dict[str, Any]]:
    (store,) = httpx.get(f"{server.v1}/vector_stores").json()["data"]
    files: list[dict[str, Any]] = httpx.get(f"{server.v1}/vector_stores/{store['id']}/files").json()["data"]
    return files


def test_the_same_bytes_take_new_notes(live_server: LiveServer) -> None:
    """Given notes replace the earlier ones, others stay, and a filter uses them at once."""
    first = ingest(live_server, "The fee is 400 crowns.", attributes={"status": "draft"}, source="v1")
    given = {"attributes": {"status": "final"}, "source": "v2", "metadata": {"by": "Tove"}}
    second = ingest(live_server, "The fee is 400 crowns.", **given)
    third = ingest(live_server, "The fee is 400 crowns.")
    cleared = ingest(live_server, "The fee is 400 crowns.", attributes={})

    assert first["file_id"] == second["file_id"] == third["file_id"]
    for entry in (second, third):
        assert (entry["attributes"], entry["source"]) == ({"status": "final"}, "v2")
        assert (entry["metadata"], entry["reused"]) == ({"by": "Tove"}, True)
    assert (cleared["attributes"], cleared["source"]) == ({}, "v2")


def test_an_older_version_replaces_the_newer_ones(live_server: LiveServer) -> None:
    """Sent again with `replace`, the older bytes are stored again, and the version in between is removed."""
    ingest(live_server, "The fee is 400 crowns.")
    ingest(live_server, "The fee is 520 crowns.")

    back = ingest(live_server, "The fee is 400 crowns.", replace=True)
    again = ingest(live_server, "The fee is 400 crowns.", replace=True)

    assert [entry["id"] for entry in store_files(live_server)] == [back["file_id"]]
    assert (again["file_id"], again["reused"]) == (back["file_id"], True)


def test_racing_replacements_leave_one_file_and_true_answers(live_server: LiveServer) -> None:
    """Twelve clients replace one name at once: each replaced one gets the id of its successor, and nobody waits for a lost file."""
    ingest(live_server, "The fee is 400 crowns.")

    def send(number: int) -> dict[str, Any]:
        return ingest(live_server, f"The fee is {500 + number} crowns.", replace=True)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(12)))

    (left,) = store_files(live_server)
    sent = {answer["file_id"] for answer in answers}
    assert left["id"] in sent
    assert next(answer["status"] for answer in answers if answer["file_id"] == left["id"]) == "completed"
    replaced = [answer for answer in answers if answer["status"] == "cancelled"]
    assert all(answer["replaced_by"] in sent - {answer["file_id"]} for answer in replaced)
    assert {answer["status"] for answer in answers} <= {"completed", "cancelled"}


def test_versions_of_one_request_say_which_one_is_there(live_server: LiveServer) -> None:
    """Two texts of one name with `replace`: the answer does not call the first one completed."""
    texts = [{"text": f"The fee is {fee}.", "filename": "price.txt"} for fee in (400, 520)]
    body = {"texts": texts, "replace": True, "vector_store": "shop"}

    first, second = httpx.post(f"{live_server.v1}/ingest", json=body).json()["data"]

    assert (first["status"], first["replaced_by"]) == ("cancelled", second["file_id"])
    assert second["status"] == "completed"
    assert [entry["id"] for entry in store_files(live_server)] == [second["file_id"]]


async def test_the_newer_file_wins_whichever_is_read_first(
    db: Database, caller: Caller, tmp_path: Path, clean_url: str
) -> None:
    """A file that was uploaded before, and is read after, the one that replaced its name goes itself."""
    library = make_ingest(db)
    store = await library.find_or_create_store(caller, "shop")
    entries: list[Submitted] = []
    for version in ("old", "new"):
        path = tmp_path / version
        path.write_text(f"The {version} fee.")
        entries.append(await library.submit(caller, store, IngestFile(path, "price.txt", replace=True)))
    # The older one is not seen by the newer: as if its upload were not committed yet.
    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        connection.execute("update files set filename = 'late.txt' where id = %s", (entries[0].file.id,))
        connection.execute(
            "update vector_store_files set run_after = now() + interval '1 hour' where file_id = %s",
            (entries[0].file.id,),
        )
        await read_queue(db)
        connection.execute("update files set filename = 'price.txt'")
        connection.execute("update vector_store_files set run_after = now()")
        await read_queue(db)

    old, new = await asyncio.wait_for(library.wait(caller, entries, seconds=120), 60)

    assert (old.is_gone, old.replaced_by) == (True, new.file.public_id)
    assert (new.is_gone, new.membership.status) == (False, "completed")
    async with db.project(caller.project_id).read() as snapshot:
        counted = await snapshot.vector_stores.get_by_key(store.id)
    assert (counted.file_count, counted.chunk_count) == (1, 1)


def test_a_file_that_is_deleted_before_it_is_read_says_so(make_server: MakeServer) -> None:
    """Not "in progress" two minutes later, but a conflict at once."""
    server = make_server(worker="off")
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(httpx.post, f"{server.v1}/ingest", json={"text": "The fee."}, timeout=120)
        while not (files := httpx.get(f"{server.v1}/files").json()["data"]):
            time.sleep(0.02)
        httpx.delete(f"{server.v1}/files/{files[0]['id']}").raise_for_status()
        answer = sent.result(timeout=60)

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "file_deleted"
