"""Collections with judgements, read from a folder: documents, queries, and what answers them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.errors import InvalidRequest
from app.core.text import clean_text

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a document that answers a query, in code points of its text as Footnote keeps it."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its judgements: grades by document, or the spans that answer it."""

    query_id: str
    text: str
    grades: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """What to load and what to ask. `documents` is text by id."""

    name: str
    documents: Mapping[str, str]
    queries: tuple[Query, ...]

    @property
    def has_spans(self) -> bool:
        return any(query.spans for query in self.queries)

    @property
    def judged(self) -> set[str]:
        """The documents that any query has a judgement of."""
        return {
            document_id
            for query in self.queries
            for document_id in (*query.grades, *(span.document_id for span in query.spans))
        }


def read_collection(folder: Path, *, is_loaded: bool = False) -> Collection:
    """Return the collection in a folder; InvalidRequest names the file and the line that are wrong.

    Either `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` (query, document, grade), or `corpora/*.md` and
    `questions.jsonl`, each question with `corpus_id` and `references` of `start_index` and `end_index`, which count
    code points of the file as it lies there. Of what is loaded already no document is needed.
    """
    if (folder / "questions.jsonl").exists():
        return _with_spans(folder, is_loaded=is_loaded)
    documents = {} if is_loaded else _documents(folder)
    grades = _grades(folder / "qrels.tsv", None if is_loaded else documents)
    queries = tuple(
        Query(query_id, str(entry["text"]), grades[query_id])
        for entry in _entries(folder / "queries.jsonl", "_id", "text")
        if (query_id := str(entry["_id"])) in grades
    )
    if not queries:
        raise InvalidRequest(f"No query of {folder.name} has a judgement.")
    return Collection(folder.name, documents, queries)


def _documents(folder: Path) -> dict[str, str]:
    documents: dict[str, str] = {}
    for entry in _entries(folder / "corpus.jsonl", "_id", "text"):
        if str(entry["_id"]) in documents:
            raise InvalidRequest(f"corpus.jsonl holds two documents of the id {entry['_id']!r}.")
        documents[str(entry["_id"])] = _text(entry)
    return documents


def _with_spans(folder: Path, *, is_loaded: bool) -> Collection:
    # Line ends stay: indexes count them as they are, and the service is sent the file as it is.
    documents = {path.stem: path.read_bytes().decode() for path in sorted((folder / "corpora").glob("*"))}
    queries = tuple(
        Query(str(entry["_id"]), str(entry["text"]), spans=_spans(entry, documents, is_loaded=is_loaded))
        for entry in _entries(folder / "questions.jsonl", "_id", "text", "corpus_id", "references")
    )
    return Collection(folder.name, documents, queries)


def _spans(entry: Mapping[str, Any], documents: Mapping[str, str], *, is_loaded: bool) -> tuple[Span, ...]:
    document_id = str(entry["corpus_id"])
    text = documents.get(document_id)
    if text is None and not is_loaded:
        raise InvalidRequest(f"questions.jsonl names the document {document_id!r}, which corpora lacks.")
    return tuple(
        Span(document_id, _kept(text, int(part["start_index"])), _kept(text, int(part["end_index"])))
        for part in entry["references"]
    )


def _kept(text: str | None, index: int) -> int:
    """Return where a place in a file lies in the text that the service keeps of it, which is cleaned."""
    return index if text is None else len(clean_text(text[:index].removeprefix(_BYTE_ORDER_MARK)))


def _entries(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise InvalidRequest(f"{path.name}, line {number}, is not JSON: {error}") from error
        missing = [key for key in keys if not isinstance(entry, dict) or key not in entry]
        if missing:
            raise InvalidRequest(f"{path.name}, line {number}, lacks {', '.join(missing)}.")
        yield entry


def _grades(path: Path, documents: Mapping[str, str] | None) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = {}
    for number, line in _lines(path):
        fields = line.rstrip("\n").split("\t")
        if number == 1 and fields[0] == "query-id":
            continue
        try:
            query_id, document_id, grade = fields[0], fields[-2], float(fields[-1])
        except (IndexError, ValueError) as error:
            raise InvalidRequest(
                f"{path.name}, line {number}, is not a query, a document and a grade."
            ) from error
        if documents is not None and document_id not in documents:
            raise InvalidRequest(f"{path.name}, line {number}, names a document that corpus.jsonl lacks.")
        if grade > 0:
            grades.setdefault(query_id, {})[document_id] = grade
    return grades


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines that hold anything, with their numbers. Other separators than a line feed may stand in JSON."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise InvalidRequest(f"{path.name} cannot be read in {path.parent.name}.") from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _text(entry: Mapping[str, Any]) -> str:
    title, text = str(entry.get("title") or ""), str(entry["text"])
    return text if text.startswith(title) else f"{title}\n\n{text}"
