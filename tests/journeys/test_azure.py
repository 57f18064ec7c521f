"""Azure's retired "On Your Data" contract: the clients that were written for it still find their citations."""

from typing import Any

import httpx
import pytest

from tests.conftest import MakeServer, sdk
from tests.fake_upstream import FakeUpstream

QUESTION: Any = [{"role": "user", "content": "office leave parking months euros"}]


@pytest.mark.parametrize("stream", [False, True])
def test_data_sources_give_a_context(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str, *, stream: bool
) -> None:
    """`[docN]` is the N-th citation of the context; none of our own fields is in it, and upstream sees no data source."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    for name, text in {
        "leave.txt": "Office leave lasts nine months.",
        "parking.txt": "Parking costs 30 euros.",
    }.items():
        sent = {"vector_store": "office"}
        httpx.post(f"{server.v1}/ingest", files={"file": (name, text.encode())}, data=sent).raise_for_status()
    upstream.answer = "Parking costs 30 euros [2]. Leave lasts nine months [1][9]."
    source = {
        "type": "azure_search",
        "parameters": {"index_name": "office", "top_n_documents": 2, "endpoint": "x"},
    }

    answer: Any = sdk(server.v1).chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, stream=stream, extra_body={"data_sources": [source]}
    )

    if stream:
        chunks = list(answer)
        assert not any(hasattr(chunk, "footnote") for chunk in chunks)
        deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
        text, context = "".join(delta.content or "" for delta in deltas), deltas[0].context
    else:
        message = answer.choices[0].message
        assert not hasattr(answer, "footnote")
        text, context = message.content, message.context
    assert text == "Parking costs 30 euros [doc2]. Leave lasts nine months [doc1]."
    assert len(context["citations"]) == 2
    assert {"content", "title", "url", "filepath", "chunk_id"} <= set(context["citations"][0])
    assert context["intent"] == '["office leave parking months euros"]'
    assert "data_sources" not in upstream.requests[-1]
