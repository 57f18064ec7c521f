"""Hybrid search through the API: plain questions, exact codes, names, other scripts, modes, options, follow-ups."""

from typing import Any

import httpx
import openai
import pytest

from tests.conftest import sdk
from tests.serving import LiveServer

TEXTS = {
    "leave.txt": "Parental leave lasts nine months for employees. Contractors get no paid leave at all.",
    "parts.txt": "Replacement part ZX00007Q fits the coffee machine on the third floor.",
    "parts2.txt": "Replacement part ZX00008Q fits the coffee machine on the fourth floor.",
    "people.txt": "Ask Aoife O'Sullivan about visas. She sits in Dublin.",
    "chinese.txt": "产假为九个月。前六个月全薪支付,其余按百分之六十支付。",
    "thai.txt": "การลาเพื่อเลี้ยงดูบุตรมีระยะเวลาเก้าเดือน",
    "meals.txt": "Dinner costs up to 40 euros in every city when people travel.",
}


@pytest.fixture
def store(live_server: LiveServer) -> str:
    """A store of short files of many kinds."""
    texts = [{"text": text, "filename": name} for name, text in TEXTS.items()]
    answer = httpx.post(f"{live_server.v1}/ingest", json={"texts": texts, "vector_store": "mixed"})
    found: str = answer.json()["vector_store_id"]
    return found


def search(server: LiveServer, store: str, query: Any, **options: Any) -> dict[str, Any]:
    body = {"query": query, "include": ["footnote"]} | options
    response = httpx.post(f"{server.v1}/vector_stores/{store}/search", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def names(answer: dict[str, Any]) -> list[str]:
    return [result["filename"] for result in answer["data"]]


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("How many months does the parental leave last?", "leave.txt"),
        ("ZX00007Q", "parts.txt"),
        ("what is zx00008q for", "parts2.txt"),
        ("O'Sullivan", "people.txt"),
        ("产假多长", "chinese.txt"),
        ("ระยะเวลาการลา", "thai.txt"),
        ('"up to 40 euros"', "meals.txt"),
    ],
)
def test_words_find_their_document(
    live_server: LiveServer, store: str, mode: str, query: str, name: str
) -> None:
    """Questions in plain words, codes, names, scripts without spaces and quotes: the document is first."""
    answer = search(live_server, store, query, footnote={"mode": mode})

    assert names(answer)[0] == name
    scores = [result["score"] for result in answer["data"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_each_result_shows_both_scores(live_server: LiveServer, store: str) -> None:
    """Hybrid has both, the others their own; words that stand nowhere find nothing by themselves."""
    both = search(live_server, store, "parental leave")["data"][0]["footnote"]["scores"]
    semantic = search(live_server, store, "parental leave", footnote={"mode": "semantic"})["data"][0]
    lexical = search(live_server, store, "parental leave", footnote={"mode": "lexical"})["data"][0]

    assert both["cosine"] > 0
    assert both["lexical"] > 0
    assert semantic["score"] == semantic["footnote"]["scores"]["cosine"]
    assert semantic["footnote"]["scores"]["lexical"] is None
    assert lexical["footnote"]["scores"]["cosine"] is None
    assert search(live_server, store, "xylophone", footnote={"mode": "lexical"})["data"] == []


def test_ranking_options_are_honoured(live_server: LiveServer, store: str) -> None:
    """All weight on one leg is that leg's order; a threshold leaves out what is no match; rrf is another scale."""
    query = "ZX00007Q dinner"
    text_only = {"hybrid_search": {"embedding_weight": 0, "text_weight": 1}}

    by_words = search(live_server, store, query, ranking_options=text_only)
    lexical = search(live_server, store, query, footnote={"mode": "lexical"})
    by_ranks = search(live_server, store, query, ranking_options={"ranker": "rrf"})
    matches = search(live_server, store, "ZX00007Q", ranking_options={"score_threshold": 0.3})

    assert names(by_words)[:2] == names(lexical)[:2]
    assert {"parts.txt", "meals.txt"} <= set(names(by_ranks)[:3])
    assert names(matches) == ["parts.txt"]


def test_several_queries_are_one_search(live_server: LiveServer, store: str) -> None:
    """Each finds its own, and no chunk comes twice."""
    answer = search(live_server, store, ["ZX00007Q", "O'Sullivan"], max_num_results=2)

    assert set(names(answer)) == {"parts.txt", "people.txt"}
    assert answer["search_query"] == ["ZX00007Q", "O'Sullivan"]


def test_a_follow_up_brings_its_subject(live_server: LiveServer, store: str) -> None:
    """A question of three words, after one on leave, finds the passage on leave."""
    body = {
        "model": "gpt-4o@mixed",
        "messages": [
            {"role": "user", "content": "How long is parental leave?"},
            {"role": "assistant", "content": "Nine months."},
            {"role": "user", "content": "and for contractors?"},
        ],
    }
    footnote = httpx.post(f"{live_server.v1}/chat/completions", json=body).json()["footnote"]

    assert footnote["mode"] == "hybrid"
    assert footnote["chunks"][0]["filename"] == "leave.txt"


def test_deleted_words_are_forgotten(live_server: LiveServer) -> None:
    """A store's word counts follow its files: after a delete and a new file the rare word is rare again."""
    client: openai.OpenAI = sdk(live_server.v1)
    store = client.vector_stores.create(extra_body={"language": "eng"})
    for number in range(5):
        file = (f"{number}.txt", f"Glacier number {number} is cold.".encode())
        client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=file)
    for entry in list(client.vector_stores.files.list(store.id))[:4]:
        client.vector_stores.files.delete(entry.id, vector_store_id=store.id)

    answer = search(live_server, store.id, "glacier", footnote={"mode": "lexical"})

    assert names(answer) == ["0.txt"]
    assert httpx.get(f"{live_server.v1}/vector_stores/{store.id}").json()["language"] == "eng"


def test_a_retrieval_can_be_looked_at_again(live_server: LiveServer, store: str) -> None:
    """By the id in the header: queries, route, the candidates with both scores, the snippets, and the prompt of a chat."""
    body = {"model": "gpt-4o@mixed", "messages": [{"role": "user", "content": "How long is parental leave?"}]}
    chat = httpx.post(f"{live_server.v1}/chat/completions", json=body)
    found = httpx.post(f"{live_server.v1}/vector_stores/{store}/search", json={"query": ["leave", "dinner"]})

    of_chat, of_search = (
        httpx.get(f"{live_server.v1}/retrievals/{answer.headers['x-footnote-retrieval-id']}").json()
        for answer in (chat, found)
    )

    assert (of_chat["object"], of_chat["mode"], of_chat["route"]) == ("footnote.retrieval", "hybrid", "exact")
    assert of_chat["vector_store_ids"] == [store]
    assert of_chat["chunks"] == chat.json()["footnote"]["chunks"]
    assert of_chat["candidates"][0]["chunk_id"] == of_chat["chunks"][0]["chunk_id"]
    assert of_chat["candidates"][0]["scores"] == of_chat["chunks"][0]["scores"]
    assert "Parental leave lasts nine months" in of_chat["prompt"][-1]["content"]
    assert set(of_chat["milliseconds"]) == {"plan", "embed", "search", "passages"}
    assert of_chat["asked"] == of_chat["queries"] == ["How long is parental leave?"]
    assert not of_chat["reranked"]
    assert (of_search["queries"], of_search["prompt"]) == (["leave", "dinner"], None)
    missing = httpx.get(f"{live_server.v1}/retrievals/ret_none")
    assert missing.status_code == 404
    assert missing.json()["error"]["type"] == "invalid_request_error"
