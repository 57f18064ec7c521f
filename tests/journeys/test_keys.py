"""Keys at work: projects that see nothing of each other, and keys that are bound to some documents."""

import time
from typing import Any

import httpx
import psycopg
import pytest

from app.library.keys import KeyLibrary
from tests.conftest import MakeServer, conninfo
from tests.factories import make_key, with_keys
from tests.processes import wait_until
from tests.serving import LiveServer
from tests.test_cli import footnote

QUESTION = "What does the safe open with?"
MODEL = "gpt-5.4-mini"


def calling(server: LiveServer, key: str) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {key}"})


def ingest(client: httpx.Client, name: str, text: str, **form: str) -> dict[str, Any]:
    answer = client.post("/v1/ingest", files={"file": (name, text.encode())}, data=form)
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def ask(client: httpx.Client, question: str = QUESTION, **fields: Any) -> Any:
    body = {"model": MODEL, "messages": [{"role": "user", "content": question}]} | fields
    return client.post("/v1/chat/completions", json=body)


def found(answer: httpx.Response) -> set[str]:
    """Return the names of the files that a chat's answer was given."""
    footnote = answer.raise_for_status().json().get("footnote") or {}
    return {chunk["filename"] for chunk in footnote.get("chunks", [])}


def test_each_key_works_in_its_own_project(make_server: MakeServer, clean_url: str) -> None:
    """The worker reads both projects' files; chats, lists and links show only the own ones."""
    server = make_server()
    legal, sales = (make_key(clean_url, project=name) for name in ("legal", "sales"))
    with calling(server, legal) as a, calling(server, sales) as b:
        ingest(a, "safe.txt", "The safe opens with 1234.")
        ingest(b, "vault.txt", "The safe opens with 9876.")

        first, second = ask(a), ask(b)
        files = [[file["filename"] for file in each.get("/v1/files").json()["data"]] for each in (a, b)]
        url = second.json()["footnote"]["chunks"][0]["url"]
        page = httpx.get(url)
        stolen = a.get(url.split("?")[0].removeprefix(server.url))

    assert (found(first), found(second)) == ({"safe.txt"}, {"vault.txt"})
    assert files == [["safe.txt"], ["vault.txt"]]
    assert page.status_code == 200
    assert "9876" in page.text
    assert stolen.status_code == 404


@pytest.fixture
def stores(make_server: MakeServer, clean_url: str) -> tuple[LiveServer, dict[str, str], dict[str, str]]:
    """A server with two stores, their ids by name, and the ids of their files by name."""
    server = make_server()
    ids, files = {}, {}
    with calling(server, make_key(clean_url)) as writer:
        for name, text in (("open", "The safe opens with 1234."), ("secret", "The safe opens with 9876.")):
            made = ingest(writer, f"{name}.txt", text, vector_store=name, attributes=f'{{"level": "{name}"}}')
            ids[name], files[name] = made["vector_store_id"], made["data"][0]["file_id"]
        made = ingest(
            writer, "both.txt", "The safe is grey.", vector_store="secret", attributes='{"level": "open"}'
        )
        files["both"] = made["data"][0]["file_id"]
    return server, ids, files


def shape(answer: httpx.Response, wanted: str) -> tuple[int, str]:
    """Return an answer without the id that was asked for."""
    return answer.status_code, answer.text.replace(wanted, "ID")


def test_a_key_bound_to_stores_sees_no_others(
    stores: tuple[LiveServer, dict[str, str], dict[str, str]], clean_url: str
) -> None:
    """They are as if they were not there: same status, same words. Without a named store its own are searched."""
    server, ids, files = stores
    with calling(server, make_key(clean_url, stores=("open",))) as bound:
        listed = bound.get("/v1/vector_stores").json()["data"]
        models = {model["id"] for model in bound.get("/v1/models").json()["data"]}
        listed_files = [file["filename"] for file in bound.get("/v1/files").json()["data"]]
        answer = ask(bound)
        retrieval = bound.get(f"/v1/retrievals/{answer.headers['x-footnote-retrieval-id']}")

        for path in (
            "/v1/vector_stores/{store}", "/v1/vector_stores/{store}/files", "/v1/files/{file}",
            "/v1/files/{file}/content", "/v1/vector_stores/{store}/files/{file}",
            "/v1/vector_stores/{store}/files/{file}/content", "/sources/{file}?chunk=x", "/sources/{file}/original",
        ):  # fmt: skip
            hidden = bound.get(path.format(store=ids["secret"], file=files["secret"]))
            absent = bound.get(path.format(store="vs_nope", file="file-nope"))
            assert hidden.status_code == 404, path
            replaced = hidden.text.replace(ids["secret"], "vs_nope").replace(files["secret"], "file-nope")
            assert replaced == absent.text, path
        for send in (
            lambda store: bound.post(f"/v1/vector_stores/{store}/search", json={"query": QUESTION}),
            lambda store: ask(bound, footnote={"vector_store_ids": [store]}),
            lambda store: ask(bound, model=f"{MODEL}@{store}"),
            lambda store: bound.post(
                "/v1/responses",
                json={
                    "model": MODEL, "input": QUESTION,
                    "tools": [{"type": "file_search", "vector_store_ids": [store]}],
                },
            ),
        ):  # fmt: skip
            assert shape(send(ids["secret"]), ids["secret"]) == shape(send("vs_nope"), "vs_nope")
            assert send(ids["secret"]).status_code == 404
            assert send(ids["open"]).status_code == 200

    assert [store["id"] for store in listed] == [ids["open"]]
    assert f"{MODEL}@open" in models
    assert f"{MODEL}@secret" not in models
    assert listed_files == ["open.txt"]
    assert found(answer) == {"open.txt"}
    assert retrieval.status_code == 200


def test_a_key_bound_by_filters_sees_what_passes(
    stores: tuple[LiveServer, dict[str, str], dict[str, str]], clean_url: str
) -> None:
    """In chats, searches with filters of their own, lists of files, and contents."""
    server, ids, files = stores
    key = make_key(clean_url, filters={"type": "eq", "key": "level", "value": "open"})
    secret = f"/v1/vector_stores/{ids['secret']}"
    own = {"type": "eq", "key": "level", "value": "secret"}
    with calling(server, key) as bound:
        chat = ask(bound, footnote={"vector_store_ids": [ids["secret"]]})
        everything = ask(bound, "Which documents are there?", footnote={"vector_store_ids": [ids["secret"]]})
        searched = bound.post(f"{secret}/search", json={"query": QUESTION}).json()["data"]
        wanted = bound.post(f"{secret}/search", json={"query": QUESTION, "filters": own}).json()["data"]
        listed = bound.get(f"{secret}/files").json()["data"]
        counts = bound.get(secret).json()["file_counts"]
        contents = [bound.get(f"/v1/files/{files[name]}/content").status_code for name in ("both", "secret")]
        file_part = {"type": "file", "file": {"file_id": files["secret"]}}
        attached = ask(bound, messages=[{"role": "user", "content": [file_part]}])
        absent = ask(
            bound,
            messages=[{"role": "user", "content": [{"type": "file", "file": {"file_id": "file-nope"}}]}],
        )

    assert found(chat) == {"both.txt"}
    assert "secret.txt" not in everything.text
    assert {result["filename"] for result in searched} == {"both.txt"}
    assert wanted == []
    assert [entry["id"] for entry in listed] == [files["both"]]
    assert counts["total"] == 1
    assert contents == [200, 404]
    assert attached.status_code == absent.status_code
    assert "9876" not in attached.text


def test_a_bound_key_sees_no_records_of_others(
    stores: tuple[LiveServer, dict[str, str], dict[str, str]], clean_url: str
) -> None:
    """Responses, conversations and retrievals may quote what it does not reach; its own it finds again."""
    server, ids, _ = stores
    body = {"model": MODEL, "input": QUESTION}
    free, bound = make_key(clean_url), make_key(clean_url, stores=("open",))
    with calling(server, free) as anyone, calling(server, bound) as reader:
        theirs = anyone.post(
            "/v1/responses",
            json=body | {"tools": [{"type": "file_search", "vector_store_ids": [ids["secret"]]}]},
        )
        item = theirs.json()["output"][-1]["id"]
        conversation = anyone.post("/v1/conversations", json={}).json()["id"]
        search = ask(anyone, footnote={"vector_store_ids": [ids["secret"]]})
        own = reader.post("/v1/responses", json=body).json()["id"]

        refused = [
            reader.get(f"/v1/responses/{theirs.json()['id']}"),
            reader.delete(f"/v1/responses/{theirs.json()['id']}"),
            reader.post("/v1/responses", json=body | {"previous_response_id": theirs.json()["id"]}),
            reader.post("/v1/responses", json=body | {"input": [{"type": "item_reference", "id": item}]}),
            reader.post("/v1/responses", json=body | {"conversation": conversation}),
            reader.get(f"/v1/conversations/{conversation}"),
            reader.get(f"/v1/retrievals/{search.headers['x-footnote-retrieval-id']}"),
        ]
        mine = reader.get(f"/v1/responses/{own}")
        continued = reader.post("/v1/responses", json=body | {"previous_response_id": own})

    assert [answer.status_code for answer in refused] == [404] * 2 + [400] + [404] * 4
    assert (mine.status_code, continued.status_code) == (200, 200)


def test_what_is_done_with_keys_is_audited(make_server: MakeServer, clean_url: str) -> None:
    """Making and using a key, and each deletion, with the key and the request; a refused deletion leaves nothing."""
    server = make_server()
    key = make_key(clean_url, project="legal")
    with calling(server, key) as client:
        made = ingest(client, "a.txt", "A text.", vector_store="notes")
        store, file = made["vector_store_id"], made["data"][0]["file_id"]
        response = client.post("/v1/responses", json={"model": MODEL, "input": QUESTION}).json()["id"]
        conversation = client.post(
            "/v1/conversations", json={"items": [{"role": "user", "content": "x"}]}
        ).json()["id"]
        (item,) = client.get(f"/v1/conversations/{conversation}/items").json()["data"]
        deletions = {
            "vector_store_file.deleted": f"vector_stores/{store}/files/{file}",
            "file.deleted": f"files/{file}",
            "vector_store.deleted": "vector_stores/notes",
            "response.deleted": f"responses/{response}",
            "conversation_item.deleted": f"conversations/{conversation}/items/{item['id']}",
            "conversation.deleted": f"conversations/{conversation}",
        }
        deleted = [client.delete(f"/v1/{path}") for path in deletions.values()]
        again = client.delete(f"/v1/files/{file}")
    deadline = time.monotonic() + 240
    while "key.used" not in (shown := footnote("audit", "--project", "legal", DATABASE_URL=clean_url).stdout):
        assert time.monotonic() < deadline

    assert [answer.status_code for answer in deleted] == [200] * 6
    assert again.status_code == 404
    with psycopg.connect(conninfo(clean_url)) as connection:
        query = "select action, subject, key_id, request_id from audit_entries where action like '%.deleted' order by id"
        entries = connection.execute(query).fetchall()
    key_id = key.split("_")[1]
    requests = [answer.headers["x-request-id"] for answer in deleted]
    assert [(entry[0], *entry[2:]) for entry in entries] == [
        (action, key_id, request) for action, request in zip(deletions, requests, strict=True)
    ]
    assert [entry[1] for entry in entries] == [
        f"{store}/{file}",
        file,
        store,
        response,
        f"{conversation}/{item['id']}",
        conversation,
    ]
    assert "key.created" in shown
    assert entries[-1][3] in shown


def test_a_revoked_key_is_refused_by_every_server(
    make_server: MakeServer, clean_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, although both servers have seen it a moment ago. A rotated key's old secret, too."""
    monkeypatch.setattr("app.access.keys._SECONDS", 3_600.0)
    servers = [make_server(), make_server()]
    revoked, rotated = make_key(clean_url), make_key(clean_url)
    every = [(server, key) for server in servers for key in (revoked, rotated)]
    first = [status_of(server, key) for server, key in every]

    async def change(keys: KeyLibrary) -> None:
        await keys.revoke(key_id_of(revoked))
        await keys.rotate(key_id_of(rotated))

    with_keys(clean_url, change)

    assert first == [200] * 4
    # As long as a notice may take, not as long as a key is remembered.
    assert wait_until(lambda: all(status_of(server, key) == 401 for server, key in every))


def status_of(server: LiveServer, key: str) -> int:
    with calling(server, key) as client:
        return client.get("/v1/files").status_code


def key_id_of(key: str) -> str:
    return key.split("_")[1]
