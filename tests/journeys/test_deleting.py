"""What is deleted is gone: no table holds a word of it, and records of earlier searches keep ids and scores alone."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.upkeep.expiry import Expiry
from tests.conftest import conninfo
from tests.serving import LiveServer

_SENTINEL = "zanzibarwort"
_SECRET = f"# Vault {_SENTINEL}\n\nThe passphrase of the vault is {_SENTINEL} and nothing else."
_COLUMNS = """
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type not in ('bigint', 'boolean', 'timestamp with time zone')
"""


def holding(url: str) -> set[str]:
    """Return the tables that hold the sentinel in any column that could: texts, JSON, arrays, and bytes, which are shown in hex."""
    found = set()
    with psycopg.connect(conninfo(url)) as connection:
        for table, column in connection.execute(_COLUMNS).fetchall():
            statement = sql.SQL("select count(*) from {} where {}::text ~ %s").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            (count,) = connection.execute(statement, (f"{_SENTINEL}|{_SENTINEL.encode().hex()}",)).fetchall()[
                0
            ]
            found |= {table} if count else set()
    return found


def ingest(server: LiveServer, text: str, *, store: str = "safe", name: str = "vault.md") -> dict[str, Any]:
    notes = {"attributes": {"word": _SENTINEL}, "metadata": {"word": _SENTINEL}} if _SENTINEL in text else {}
    body = {"text": text, "filename": name, "vector_store": store, **notes}
    answer = httpx.post(f"{server.v1}/ingest", json=body).raise_for_status().json()
    entry: dict[str, Any] = answer["data"][0] | {"store": answer["vector_store_id"]}
    return entry


def ask(server: LiveServer, *stores: str) -> str:
    """Ask for the passphrase, in a conversation that has quoted it before; return the retrieval's id."""
    body = {
        "model": "gpt-4o",
        "messages": [
            {"role": "user", "content": "What is in the vault?"},
            {"role": "assistant", "content": f"A {_SENTINEL} [1]."},
            {"role": "user", "content": "What is the passphrase of the vault?"},
        ],
        "footnote": {"vector_store_ids": list(stores)},
    }
    answer = httpx.post(f"{server.v1}/chat/completions", json=body).raise_for_status()
    assert _SENTINEL in answer.text
    retrieval_id = answer.headers["x-footnote-retrieval-id"]
    # Once it has been read, it lies in the table.
    assert record(server, retrieval_id)["id"] == retrieval_id
    return retrieval_id


def record(server: LiveServer, retrieval_id: str) -> dict[str, Any]:
    body: dict[str, Any] = httpx.get(f"{server.v1}/retrievals/{retrieval_id}").raise_for_status().json()
    return body


def begin_upload(server: LiveServer, filename: str) -> str:
    """Open an upload of the secret and send its one part; return the upload's id."""
    size = len(_SECRET.encode())
    about = {"bytes": size, "filename": filename, "mime_type": "text/plain", "purpose": "assistants"}
    upload: str = httpx.post(f"{server.v1}/uploads", json=about).json()["id"]
    parts = f"{server.v1}/uploads/{upload}/parts"
    httpx.post(parts, files={"data": _SECRET.encode()}).raise_for_status()
    return upload


def upload_in_parts(server: LiveServer, shared_url: str) -> str:
    """Make a file of the secret by an upload; return its id."""
    upload = begin_upload(server, f"{_SENTINEL}.txt")
    with psycopg.connect(conninfo(shared_url)) as connection:
        query = "select p.public_id from upload_parts p join uploads u on u.id = p.upload_id where u.public_id = %s"
        ((part,),) = connection.execute(query, (upload,)).fetchall()
    done = httpx.post(f"{server.v1}/uploads/{upload}/complete", json={"part_ids": [part]}).json()
    file_id: str = done["file"]["id"]
    return file_id


def delete_file(server: LiveServer, entry: dict[str, Any]) -> None:
    httpx.delete(f"{server.v1}/files/{entry['file_id']}").raise_for_status()


def delete_store_then_file(server: LiveServer, entry: dict[str, Any]) -> None:
    httpx.delete(f"{server.v1}/vector_stores/{entry['store']}").raise_for_status()
    delete_file(server, entry)


@pytest.mark.parametrize("delete", [delete_file, delete_store_then_file])
def test_no_table_holds_a_deleted_text(
    live_server: LiveServer, shared_url: str, delete: Callable[[LiveServer, dict[str, Any]], None]
) -> None:
    """After searches, chats, an upload in parts, and during a move to another embedding model."""
    entry = ingest(live_server, _SECRET)
    other = ingest(live_server, "The passphrase of the canteen is soup.", name="other.txt")
    retrieval = ask(live_server, "safe")
    httpx.post(f"{live_server.v1}/vector_stores/{entry['store']}/search", json={"query": "passphrase"})
    with psycopg.connect(conninfo(shared_url)) as connection:
        connection.execute(
            "insert into next_embeddings "
            "select vector_store_id, file_id, ordinal, content_sha256, '[1,1]'::halfvec, null from chunks"
        )
    uploaded = upload_in_parts(live_server, shared_url)
    assert {"chunks", "retrievals", "file_parts", "uploads"} <= holding(shared_url)

    delete(live_server, entry)
    httpx.delete(f"{live_server.v1}/files/{uploaded}").raise_for_status()

    assert holding(shared_url) == set()
    kept = record(live_server, retrieval)
    gone, *_ = [chunk for chunk in kept["chunks"] if chunk["file_id"] == entry["file_id"]]
    assert (gone["text"], gone["filename"], gone["deleted"]) == (None, None, True)
    assert gone["score"] > 0
    assert gone["chunk_id"] in {candidate["chunk_id"] for candidate in kept["candidates"]}
    assert kept["asked"] == ["What is the passphrase of the vault?"]
    assert kept["prompt"] is None
    if delete is delete_file:
        assert {chunk["text"] for chunk in kept["chunks"] if chunk["file_id"] == other["file_id"]} == {
            "The passphrase of the canteen is soup."
        }


def test_a_store_takes_its_own_records_along(live_server: LiveServer) -> None:
    """A file in two stores: deleting one store takes its text out of that one's searches, not out of the other's."""
    first = ingest(live_server, _SECRET, store="first")
    second = httpx.post(f"{live_server.v1}/vector_stores", json={"name": "second"}).json()["id"]
    attached = f"{live_server.v1}/vector_stores/{second}/files"
    httpx.post(attached, json={"file_id": first["file_id"]}).raise_for_status()
    while httpx.get(f"{attached}/{first['file_id']}").json()["status"] != "completed":
        time.sleep(0.02)
    of_first, of_second, of_both = (
        ask(live_server, *each) for each in (("first",), ("second",), ("first", "second"))
    )

    httpx.delete(f"{live_server.v1}/vector_stores/{first['store']}").raise_for_status()

    assert _SENTINEL not in str(record(live_server, of_first))
    for retrieval in (of_second, of_both):
        assert _SENTINEL in record(live_server, retrieval)["chunks"][0]["text"]
    httpx.delete(f"{attached}/{first['file_id']}").raise_for_status()
    for retrieval in (of_second, of_both):
        assert _SENTINEL not in str(record(live_server, retrieval))


def test_files_go_one_after_another(live_server: LiveServer) -> None:
    """A record that has lost one file loses the next, and then no more."""
    entries = [ingest(live_server, f"{_SECRET} Number {n}.", name=f"{n}.md") for n in range(3)]
    retrieval = ask(live_server, "safe")

    for count, entry in enumerate(entries, 1):
        delete_file(live_server, entry)
        chunks = record(live_server, retrieval)["chunks"]
        assert sum(chunk.get("deleted", False) for chunk in chunks) == count

    assert _SENTINEL not in str(record(live_server, retrieval))


def test_a_copy_keeps_its_own_text(live_server: LiveServer) -> None:
    """Of two files with one text the record quoted the newer: deleting the older takes only its name."""
    older = ingest(live_server, _SECRET, name="older.md")
    ingest(live_server, _SECRET, name="newer.md")
    retrieval = ask(live_server, "safe")
    assert "older.md" in str(record(live_server, retrieval)["chunks"])

    delete_file(live_server, older)

    (chunk,) = record(live_server, retrieval)["chunks"]
    assert (chunk["filename"], chunk["also_in"]) == ("newer.md", [])
    assert _SENTINEL in chunk["text"]


async def test_an_upload_that_nobody_completes_is_emptied(live_server: LiveServer, shared_url: str) -> None:
    """Its parts go when its hour is over; those of one that is open stay."""
    upload = begin_upload(live_server, "a.txt")
    database = Database.connect(DatabaseUrls(shared_url, shared_url))
    expiry = Expiry(database.system("expiry").expired_rows)

    await expiry.sweep()
    assert holding(shared_url) == {"upload_pieces"}
    with psycopg.connect(conninfo(shared_url)) as connection:
        connection.execute("update uploads set expires_at = now() where public_id = %s", (upload,))
    await expiry.sweep()
    await database.close()

    assert holding(shared_url) == set()


async def test_expired_files_and_late_records_are_forgotten(
    live_server: LiveServer, shared_url: str, caller: Caller
) -> None:
    """The sweep takes an expired file out of the records, and what a search wrote down after its file had gone."""
    expiring, deleted = ingest(live_server, _SECRET, store="a"), ingest(live_server, _SECRET, store="b")
    of_expiring, of_deleted = ask(live_server, "a"), ask(live_server, "b")
    with psycopg.connect(conninfo(shared_url), autocommit=True) as connection:
        query = "select record, file_ids from retrievals where public_id = %s"
        late = connection.execute(query, (of_deleted,)).fetchone()
        assert late is not None
        delete_file(live_server, deleted)
        connection.execute(
            "update retrievals set record = %s::jsonb, file_ids = %s where public_id = %s",
            (Jsonb(late[0]), late[1], of_deleted),
        )
        connection.execute("update files set expires_at = now() where public_id = %s", (expiring["file_id"],))
    assert "retrievals" in holding(shared_url)

    database = Database.connect(DatabaseUrls(shared_url, shared_url))
    await Expiry(database.system("expiry").expired_rows).sweep()
    await database.close()

    assert holding(shared_url) == set()
    for retrieval in (of_expiring, of_deleted):
        assert record(live_server, retrieval)["chunks"][0]["deleted"]


async def test_deletions_at_once_do_not_fail(live_server: LiveServer) -> None:
    """Clients that attach, detach and delete the same files and stores hear that one is not there, and of no error of ours."""
    refused: list[str] = []
    async with httpx.AsyncClient(base_url=live_server.v1, timeout=60) as client:
        stores = [await make_store(client) for _ in range(4)]
        files = [await upload(client, f"Leave lasts {number} months.") for number in range(8)]

        async def work(draw: random.Random) -> None:
            for _ in range(30):
                store, file = draw.choice(stores), draw.choice(files)
                others = draw.sample(files, 3)
                kind = draw.choice(["attach", "batch", "batch", "detach", "file", "file", "store"])
                answer = await change(client, kind, store=store, file=file, others=others)
                if kind == "file":
                    files[files.index(file) if file in files else 0] = await upload(client, "Leave is paid.")
                if kind == "store":
                    stores[stores.index(store) if store in stores else 0] = await make_store(client)
                if answer.status_code not in (200, 404):
                    refused.append(f"{kind}: {answer.status_code} {answer.text}")

        await asyncio.gather(*(work(random.Random(number)) for number in range(12)))

    assert not refused


async def make_store(client: httpx.AsyncClient) -> str:
    answer = await client.post("/vector_stores", json={"name": "storm"})
    return str(answer.raise_for_status().json()["id"])


async def upload(client: httpx.AsyncClient, text: str) -> str:
    answer = await client.post(
        "/files", data={"purpose": "assistants"}, files={"file": ("leave.txt", text.encode())}
    )
    return str(answer.raise_for_status().json()["id"])


async def change(
    client: httpx.AsyncClient, kind: str, *, store: str, file: str, others: list[str]
) -> httpx.Response:
    match kind:
        case "attach":
            return await client.post(f"/vector_stores/{store}/files", json={"file_id": file})
        case "batch":
            return await client.post(f"/vector_stores/{store}/file_batches", json={"file_ids": others})
        case "detach":
            return await client.delete(f"/vector_stores/{store}/files/{file}")
        case "file":
            return await client.delete(f"/files/{file}")
        case _:
            return await client.delete(f"/vector_stores/{store}")
