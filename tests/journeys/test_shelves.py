"""Files and vector stores with the stock SDK: upload and poll, search, attributes, paging, delete."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo, sdk
from tests.factories import make_pdf
from tests.serving import LiveServer

LEAVE = ("leave.txt", b"Parental leave lasts nine months.")
MEALS = ("meals.txt", b"Dinner costs up to 40 euros in every city.")


def texts(found: Any) -> list[str]:
    return [result.content[0].text for result in found.data]


def test_upload_and_poll_makes_a_file_searchable(client: openai.OpenAI) -> None:
    """With attributes that the search shows; polling clients get a short interval, not a second."""
    store = client.vector_stores.create(name="handbook", metadata={"team": "hr"})
    meals = client.files.create(file=MEALS, purpose="assistants")
    raw_attach = client.vector_stores.files.with_raw_response.create(
        client.vector_stores.create().id, file_id=meals.id
    )

    attached = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=LEAVE, attributes={"year": 2026, "draft": False}
    )
    found = client.vector_stores.search(store.id, query="How long is parental leave?")

    assert attached.status == "completed"
    assert int(raw_attach.headers["openai-poll-after-ms"]) <= 250
    assert texts(found) == ["Parental leave lasts nine months."]
    result = found.data[0]
    assert (result.file_id, result.filename) == (attached.id, "leave.txt")
    assert 0 < result.score <= 1
    assert result.attributes == {"year": 2026, "draft": False}
    raw = client.vector_stores.with_raw_response.search(store.id, query="leave").http_response.json()
    assert type(raw["data"][0]["attributes"]["year"]) is int, "an int stays an int on the wire"
    counted = client.vector_stores.retrieve(store.id)
    assert (counted.file_counts.completed, counted.file_counts.total, counted.status) == (1, 1, "completed")
    assert counted.usage_bytes > 0
    assert counted.metadata == {"team": "hr"}


def test_a_file_lives_through_its_routes(client: openai.OpenAI) -> None:
    """Create, retrieve, list by purpose, download, delete; then it is gone."""
    made = client.files.create(file=("Übersicht.pdf", make_pdf()), purpose="assistants")
    other = client.files.create(
        file=MEALS, purpose="user_data", expires_after={"anchor": "created_at", "seconds": 3600}
    )

    assert made.filename == "Übersicht.pdf"
    assert made.bytes == len(make_pdf())
    assert other.expires_at == other.created_at + 3600
    assert client.files.retrieve(made.id) == made
    assert [file.id for file in client.files.list(purpose="user_data")] == [other.id]
    assert client.files.content(other.id).read() == MEALS[1]
    assert client.files.wait_for_processing(made.id).status == "processed"
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError) as error:
        client.files.retrieve(made.id)
    assert error.value.param == "id"


def test_stores_start_with_files_and_forget_deleted_ones(client: openai.OpenAI) -> None:
    """`file_ids` are read by the queue; a deleted file is found no more, a detached one lives on."""
    leave, meals = (client.files.create(file=file, purpose="assistants") for file in (LEAVE, MEALS))
    store = client.vector_stores.create(file_ids=[leave.id, meals.id])
    assert store.file_counts.total == 2
    for file in (leave, meals):
        assert client.vector_stores.files.poll(file.id, vector_store_id=store.id).status == "completed"

    client.files.delete(leave.id)
    after_delete = client.vector_stores.search(store.id, query="parental leave")
    client.vector_stores.files.delete(meals.id, vector_store_id=store.id)
    after_detach = client.vector_stores.search(store.id, query="dinner")

    assert texts(after_delete) == [MEALS[1].decode()]
    assert texts(after_detach) == []
    assert client.files.retrieve(meals.id).id == meals.id
    counted = client.vector_stores.retrieve(store.id)
    assert (counted.file_counts.total, counted.usage_bytes) == (0, 0)


def test_edited_attributes_count_at_the_next_search(client: openai.OpenAI) -> None:
    """Attributes live on the store's file."""
    store = client.vector_stores.create()
    attached = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=LEAVE)
    only_2026: Any = {"type": "eq", "key": "year", "value": 2026}

    before = client.vector_stores.search(store.id, query="leave", filters=only_2026)
    client.vector_stores.files.update(attached.id, vector_store_id=store.id, attributes={"year": 2026})
    after = client.vector_stores.search(store.id, query="leave", filters=only_2026)

    assert texts(before) == []
    assert len(after.data) == 1


def test_static_chunking_is_literal(client: openai.OpenAI) -> None:
    """Chunks have the asked number of tokens, the strategy comes back, and the parsed text can be read."""
    store = client.vector_stores.create()
    words = " ".join(f"word{number}" for number in range(400))
    attached = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id,
        file=("words.txt", words.encode()),
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20},
        },
    )

    content = client.vector_stores.files.content(attached.id, vector_store_id=store.id)

    strategy: Any = attached.chunking_strategy
    assert (strategy.static.max_chunk_size_tokens, strategy.static.chunk_overlap_tokens) == (100, 20)
    assert len(content.data) > 8
    assert str(content.data[0].text).startswith("word0 word1")


def test_another_chunking_reads_a_file_again(client: openai.OpenAI) -> None:
    """Attached once more with other sizes, the store holds the new chunks and no old one; a failed file is tried again."""
    store = client.vector_stores.create()
    words = " ".join(f"word{number}" for number in range(400)).encode()
    attached = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=("words.txt", words))
    before = client.vector_stores.files.content(attached.id, vector_store_id=store.id)

    client.vector_stores.files.create_and_poll(
        attached.id,
        vector_store_id=store.id,
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0},
        },
    )

    after = client.vector_stores.files.content(attached.id, vector_store_id=store.id)
    assert "".join(str(part.text) for part in after.data) == words.decode()
    assert len(after.data) != len(before.data)
    assert client.vector_stores.retrieve(store.id).file_counts.total == 1


def test_progress_is_shown(make_server: MakeServer) -> None:
    """In percent: of a file, of a batch, of a store."""
    front = make_server(worker="off")
    client = sdk(front.v1)
    store = client.vector_stores.create().id
    file = client.files.create(file=LEAVE, purpose="assistants")
    batch = client.vector_stores.file_batches.create(store, file_ids=[file.id])
    paths = [f"{store}", f"{store}/files/{file.id}", f"{store}/file_batches/{batch.id}"]

    def percent() -> list[int]:
        return [httpx.get(f"{front.v1}/vector_stores/{path}").json()["progress"] for path in paths]

    waiting = percent()
    make_server()
    client.vector_stores.file_batches.poll(batch.id, vector_store_id=store)

    assert waiting == [0, 0, 0]
    assert percent() == [100, 100, 100]


def test_a_file_that_many_attach_at_once_is_attached_once(client: openai.OpenAI) -> None:
    """One by one and in batches: the second one finds it there."""
    store = client.vector_stores.create().id
    files = [client.files.create(file=(f"{n}.txt", b"text"), purpose="assistants").id for n in range(6)]

    def attach(number: int) -> None:
        if number % 2:
            client.vector_stores.files.create(store, file_id=files[0])
        else:
            client.vector_stores.file_batches.create(store, file_ids=files if number % 4 else files[::-1])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attach, range(16)))

    assert sorted(entry.id for entry in client.vector_stores.files.list(store)) == sorted(files)


def test_a_poison_file_fails_with_a_reason(client: openai.OpenAI) -> None:
    """The store goes on working, and the file says why."""
    store = client.vector_stores.create()

    failed = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("cut.pdf", make_pdf()[:500])
    )

    assert failed.status == "failed"
    assert failed.last_error is not None
    assert failed.last_error.code == "unsupported_file"
    assert "cut.pdf" in failed.last_error.message
    assert client.vector_stores.retrieve(store.id).file_counts.failed == 1
    listed = client.vector_stores.files.list(store.id, filter="failed")
    assert [entry.id for entry in listed] == [failed.id]


def test_lists_are_walked_without_loss(client: openai.OpenAI) -> None:
    """A few at a time, forwards and backwards, and just before an object: each once."""
    stores = [client.vector_stores.create(name=f"s{number}").id for number in range(12)]
    files = [
        client.files.create(file=(f"{number}.txt", b"text"), purpose="assistants").id for number in range(12)
    ]

    assert [store.id for store in client.vector_stores.list(limit=1)] == stores[::-1]
    assert [store.id for store in client.vector_stores.list(limit=5, order="asc")] == stores
    page = client.vector_stores.list(limit=3, before=stores[4])
    assert [store.id for store in page.data] == [stores[7], stores[6], stores[5]]
    assert page.has_more
    assert [file.id for file in client.files.list(limit=1)] == files[::-1]
    assert [file.id for file in client.files.list(limit=5, order="asc")] == files


def test_no_list_loses_rows_of_the_same_moment(client: openai.OpenAI, shared_url: str) -> None:
    """Two hundred rows of one timestamp in every list, walked one by one: each once, both ways."""
    stores = client.vector_stores
    files = [client.files.create(file=(f"{n}.txt", b"text"), purpose="assistants").id for n in range(200)]
    store = stores.create(file_ids=files).id
    batch = stores.file_batches.create_and_poll(store, file_ids=files).id
    made = [store, *(stores.create(name=str(n)).id for n in range(199))]
    with psycopg.connect(conninfo(shared_url)) as connection:
        for table in ("files", "vector_stores", "vector_store_files"):
            connection.execute(f"update {table} set created_at = '2026-01-01'")

    walks: list[tuple[Any, list[str]]] = [
        (lambda order: client.files.list(limit=1, order=order), files),
        (lambda order: stores.list(limit=1, order=order), made),
        (lambda order: stores.files.list(store, limit=1, order=order), files),
        (lambda order: stores.file_batches.list_files(batch, vector_store_id=store, limit=1, order=order), files),
    ]  # fmt: skip
    for walk, expected in walks:
        assert [entry.id for entry in walk("asc")] == expected
        assert [entry.id for entry in walk("desc")] == expected[::-1]


def test_a_store_is_changed_and_deleted(client: openai.OpenAI) -> None:
    """Name, notes, expiry; null clears the expiry; a deleted store is gone and its files are not."""
    store = client.vector_stores.create(name="a", expires_after={"anchor": "last_active_at", "days": 3})
    attached = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=LEAVE)

    changed = client.vector_stores.update(store.id, name="b", metadata={"k": "v"})
    cleared = client.vector_stores.update(store.id, expires_after=None)
    deleted = client.vector_stores.delete(store.id)

    assert store.expires_after is not None
    assert store.expires_at == (store.last_active_at or 0) + 3 * 86_400
    assert (changed.name, changed.metadata) == ("b", {"k": "v"})
    assert changed.expires_after is not None
    assert cleared.expires_after is None
    assert deleted.deleted
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.search(store.id, query="leave")
    assert client.files.retrieve(attached.id).id == attached.id


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("vector_stores", {"name": 5}, "name"),
        ("vector_stores", {"metadata": {"k": 1}}, "metadata.k"),
        ("vector_stores/{store}/files", {}, "file_id"),
        ("vector_stores/{store}/files", {"file_id": "x", "attributes": {"k": []}}, "attributes.k"),
        (
            "vector_stores/{store}/files",
            {"file_id": "x", "chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 50, "chunk_overlap_tokens": 0}}},
            "chunking_strategy.static.max_chunk_size_tokens",
        ),
        ("vector_stores/{store}/search", {}, "query"),
        ("vector_stores/{store}/search", {"query": "a", "max_num_results": 51}, "max_num_results"),
        ("vector_stores/{store}/search", {"query": "a", "filters": {"type": "like", "key": "k", "value": 1}}, "filters.type"),
    ],
)  # fmt: skip
def test_bad_requests_name_the_parameter(
    live_server: LiveServer, client: openai.OpenAI, path: str, body: dict[str, Any], param: str
) -> None:
    """400 with the path of what is wrong."""
    store = client.vector_stores.create().id

    response = httpx.post(f"{live_server.v1}/{path.format(store=store)}", json=body)

    assert response.status_code == 400, response.text
    assert response.json()["error"]["param"] == param


def test_servers_share_the_queue(make_server: MakeServer) -> None:
    """What a server without a worker takes in, another one reads."""
    front = sdk(make_server(worker="off").v1)
    store = front.vector_stores.create()
    files = [
        front.files.create(file=(f"{n}.txt", f"Fact number {n}.".encode()), purpose="assistants")
        for n in range(8)
    ]
    for file in files:
        assert front.vector_stores.files.create(store.id, file_id=file.id).status == "in_progress"

    make_server()

    for file in files:
        assert front.vector_stores.files.poll(file.id, vector_store_id=store.id).status == "completed"
    assert front.vector_stores.retrieve(store.id).file_counts.completed == 8


def test_a_batch_attaches_many_files_and_counts_them(client: openai.OpenAI) -> None:
    """Uploaded together, polled by their counts; one bad file fails and the batch is completed."""
    store = client.vector_stores.create()
    good = [(f"{number}.txt", f"Fact number {number} of the batch.".encode()) for number in range(6)]

    batch = client.vector_stores.file_batches.upload_and_poll(
        store.id, files=[*good, ("cut.pdf", make_pdf()[:500])]
    )

    assert batch.status == "completed"
    assert (batch.file_counts.completed, batch.file_counts.failed, batch.file_counts.total) == (6, 1, 7)
    listed = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id, limit=2)
    assert len({entry.id for entry in listed}) == 7
    failed = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id, filter="failed")
    assert len(list(failed)) == 1
    assert client.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store.id) == batch


def test_a_batch_gives_each_file_its_own_attributes(client: openai.OpenAI) -> None:
    """`files` instead of `file_ids`; both or none is a 400."""
    store = client.vector_stores.create()
    files = [
        client.files.create(file=(f"{n}.txt", f"Fact {n}.".encode()), purpose="assistants") for n in (1, 2)
    ]

    client.vector_stores.file_batches.create_and_poll(
        store.id, files=[{"file_id": file.id, "attributes": {"n": n}} for n, file in enumerate(files)]
    )

    found = client.vector_stores.search(
        store.id, query="fact", filters={"type": "eq", "key": "n", "value": 1}
    )
    assert [result.file_id for result in found.data] == [files[1].id]
    with pytest.raises(openai.BadRequestError):
        client.vector_stores.file_batches.create(store.id)


def test_a_batch_that_is_done_stays_completed(client: openai.OpenAI) -> None:
    """Cancelling it later changes nothing: all of its files were read."""
    store = client.vector_stores.create(name="done")
    file = client.files.create(file=MEALS, purpose="assistants")
    batch = client.vector_stores.file_batches.create_and_poll(store.id, file_ids=[file.id])

    cancelled = client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)

    assert (batch.status, cancelled.status) == ("completed", "completed")
    assert (cancelled.file_counts.completed, cancelled.file_counts.cancelled) == (1, 0)


def test_a_batch_can_be_cancelled(make_server: MakeServer) -> None:
    """Files that are not read yet will not be read."""
    front = sdk(make_server(worker="off").v1)
    store = front.vector_stores.create()
    file = front.files.create(file=LEAVE, purpose="assistants")
    batch = front.vector_stores.file_batches.create(store.id, file_ids=[file.id])

    cancelled = front.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)

    assert (batch.status, batch.file_counts.in_progress) == ("in_progress", 1)
    assert (cancelled.status, cancelled.file_counts.cancelled) == ("cancelled", 1)


def test_a_large_file_comes_in_parts(client: openai.OpenAI) -> None:
    """The SDK's helper cuts it; the parts in the order given are the file."""
    content = b"".join(b"Line %d of a large file.\n" % number for number in range(120_000))

    upload = client.uploads.upload_file_chunked(
        file=content, filename="large.txt", bytes=len(content), mime_type="text/plain", purpose="assistants", part_size=1_000_000
    )  # fmt: skip

    assert upload.status == "completed"
    assert upload.file is not None
    assert upload.file.bytes == len(content)
    assert client.files.content(upload.file.id).read() == content


def test_parts_must_be_what_was_declared(client: openai.OpenAI) -> None:
    """A wrong size, order-less ids, a wrong md5 or a closed upload is a 400, and the order counts."""
    upload = client.uploads.create(bytes=6, filename="a.txt", mime_type="text/plain", purpose="assistants")
    second = client.uploads.parts.create(upload.id, data=b"def")
    first = client.uploads.parts.create(upload.id, data=b"abc")

    for part_ids, md5 in (([first.id], None), ([first.id, first.id], None), (["part_x"], None), ([first.id, second.id], "0" * 32)):  # fmt: skip
        with pytest.raises(openai.BadRequestError):
            client.uploads.complete(upload.id, part_ids=part_ids, md5=md5 or openai.omit)
    done = client.uploads.complete(
        upload.id, part_ids=[first.id, second.id], md5="e80b5017098950fc58aad83c8c14978e"
    )

    assert done.file is not None
    assert client.files.content(done.file.id).read() == b"abcdef"
    with pytest.raises(openai.BadRequestError, match="completed"):
        client.uploads.cancel(upload.id)
    other = client.uploads.create(bytes=6, filename="a.txt", mime_type="text/plain", purpose="assistants")
    assert client.uploads.cancel(other.id).status == "cancelled"
