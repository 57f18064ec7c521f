"""Real text to measure with: the documents of a collection folder (corpus.jsonl), made distinct as often as needed."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path


def documents(folder: Path) -> list[str]:
    """Return the collection's documents, title and text."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [f"{entry.get('title') or ''}\n\n{entry['text']}".strip() for entry in entries]


def distinct_documents(folder: Path, count: int) -> Iterator[str]:
    """Yield this many documents, no two of them alike in any sentence-sized part."""
    for number, text in enumerate(itertools.islice(itertools.cycle(documents(folder)), count)):
        yield "\n\n".join(f"{part} ({number})" for part in text.split("\n\n"))
