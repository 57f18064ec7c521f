"""Whether answers cite the passages that answer, and whether questions that no document answers are declined.

    python -m benchmarks.grounding FOLDER [--base-url http://127.0.0.1:8000/v1 --api-key KEY --model MODEL] [--questions 200]

FOLDER is a collection with corpus, queries and qrels, as `footnote eval` reads it. The first half of its documents goes into
one store, the second into another. Each question is asked of the store that holds its document, and of the one that does not. Prints precision (of the
citations, how many are of a document that answers), recall (of the questions, how many have such a citation), verified
(of the citations, how many are), and the shares that are declined: of answerable and of unanswerable questions. An
answer that cites nothing is one that declines. Without an address, a Footnote of its own is started.
"""

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import OpenAI

from app.evaluation.collections import Collection, Query, read_collection
from benchmarks.service import running

_MODEL = "gpt-5.4-mini"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's citations: for each whether its document answers, and whether it is verified."""

    relevant: tuple[bool, ...]
    verified: tuple[bool, ...]


def main() -> None:
    """Measure the server that the arguments name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base-url")
    parser.add_argument("--api-key", default="any")
    parser.add_argument("--model", default=_MODEL)
    parser.add_argument("--questions", type=int, default=200)
    arguments = parser.parse_args()
    collection = read_collection(arguments.folder)
    with contextlib.ExitStack() as stack:
        base_url = arguments.base_url or stack.enter_context(running(DEV_FALLBACKS="true")).v1
        client = OpenAI(base_url=base_url, api_key=arguments.api_key, timeout=120)
        _measure(client, collection, arguments.model, arguments.questions)


def _measure(client: OpenAI, collection: Collection, model: str, most: int) -> None:
    documents = list(collection.documents)
    middle = len(documents) // 2
    halves = [documents[:middle], documents[middle:]]
    stores = [_fill(client, collection, half) for half in halves]
    try:
        queries = [query for query in collection.queries if _half_of(query, halves) is not None]
        chosen = queries[:: max(1, len(queries) // most)][:most]
        own, other = [], []
        for query in chosen:
            half = _half_of(query, halves)
            assert half is not None, "only such were chosen"
            own.append(_ask(client, model, stores[half], query))
            other.append(_ask(client, model, stores[1 - half], query))
        _report(collection.name, own, other)
    finally:
        for store in stores:
            client.vector_stores.delete(store)


def _half_of(query: Query, halves: Sequence[Sequence[str]]) -> int | None:
    """Return the half that holds all documents that answer a query, None when both hold some."""
    answering = {document for document, grade in query.grades.items() if grade > 0}
    holding = [half for half, documents in enumerate(halves) if answering & set(documents)]
    return holding[0] if len(holding) == 1 else None


def _fill(client: OpenAI, collection: Collection, documents: Sequence[str]) -> str:
    store = client.vector_stores.create(name="grounding").id
    files = [(f"{name}.txt", collection.documents[name].encode()) for name in documents]
    client.vector_stores.file_batches.upload_and_poll(store, files=files)
    return store


def _ask(client: OpenAI, model: str, store: str, query: Query) -> Asked:
    answer: Any = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": query.text}],
        extra_body={"footnote": {"vector_store_ids": [store]}},
    )
    chunks = {chunk["n"]: chunk["filename"].removesuffix(".txt") for chunk in answer.footnote["chunks"]}
    citations = answer.choices[0].message.footnote["citations"]
    return Asked(
        tuple(query.grades.get(chunks[citation["chunk"]], 0) > 0 for citation in citations),
        tuple(citation["verified"] for citation in citations),
    )


def _report(name: str, own: Sequence[Asked], other: Sequence[Asked]) -> None:
    cited = [relevant for asked in own for relevant in asked.relevant]
    verified = [each for asked in own for each in asked.verified]
    print(
        f"{name}: questions={len(own)} precision={_share(cited):.3f} "
        f"recall={_share([any(asked.relevant) for asked in own]):.3f} verified={_share(verified):.3f} "
        f"declined answerable={_share([not asked.relevant for asked in own]):.3f} "
        f"unanswerable={_share([not asked.relevant for asked in other]):.3f}"
    )


def _share(values: Sequence[bool]) -> float:
    return sum(values) / (len(values) or 1)


if __name__ == "__main__":
    main()
