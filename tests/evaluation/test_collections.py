"""Collections from a folder: what stands in them, and where they are wrong."""

import json
from pathlib import Path

import pytest

from app.core.errors import InvalidRequest
from app.evaluation.collections import read_collection


def write(folder: Path, *, corpus: str, queries: str, qrels: str) -> Path:
    for name, text in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels.tsv", qrels)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def document(key: str, text: str = "A text.") -> str:
    return json.dumps({"_id": key, "text": text}, ensure_ascii=False)


QUERY = '{"_id": "q", "text": "What?"}'


def test_any_separator_may_stand_in_json(tmp_path: Path) -> None:
    """A line ends with a line feed; U+2028 is a character of the text."""
    folder = write(tmp_path, corpus=document("a", "one\u2028two"), queries=QUERY, qrels="q\ta\t1")

    assert read_collection(folder).documents == {"a": "one\u2028two"}


@pytest.mark.parametrize(
    ("corpus", "qrels", "said"),
    [
        (f"{document('a')}\n\n\n{{", "q\ta\t1", "corpus.jsonl, line 4, is not JSON"),
        (f"{document('a')}\n{document('a')}", "q\ta\t1", "two documents of the id 'a'"),
        (document("a"), "query-id\tcorpus-id\tscore\nq\tz\t1", "qrels.tsv, line 2, names a document"),
        (document("a"), "other\ta\t1", "has a judgement"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, corpus: str, qrels: str, said: str) -> None:
    """The file, the line as an editor counts it, and what is wrong there."""
    folder = write(tmp_path, corpus=corpus, queries=QUERY, qrels=qrels)

    with pytest.raises(InvalidRequest, match=said):
        read_collection(folder)
