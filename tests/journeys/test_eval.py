"""footnote eval against a live server: loads, asks, prints, saves, compares, clears up."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.serving import LiveServer

_ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    "leave": "Parental leave lasts nine months.",
    "meals": "Dinner costs up to 40 euros.",
    "visas": "Ask Aoife about visas.",
    "trains": "Trains are booked in second class.",
    "laptops": "Laptops are replaced every four years.",
}
QUESTIONS = {
    "q1": ("How long is parental leave?", "leave"),
    "q2": ("What may dinner cost?", "meals"),
    "q3": ("Whom to ask about visas?", "visas"),
}


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Five documents and three questions."""
    folder = tmp_path / "small"
    folder.mkdir()
    corpus = [json.dumps({"_id": key, "text": text}) for key, text in DOCUMENTS.items()]
    queries = [json.dumps({"_id": key, "text": text}) for key, (text, _) in QUESTIONS.items()]
    qrels = ["query-id\tcorpus-id\tscore", *(f"{key}\t{found}\t1" for key, (_, found) in QUESTIONS.items())]
    for name, lines in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels.tsv", qrels)):
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder


def run(server: LiveServer, folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "app", "eval", str(folder), "--base-url", server.v1, *options]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_service_is_judged(live_server: LiveServer, collection: Path, tmp_path: Path) -> None:
    """Every question finds its document; the result is saved; nothing is left on the server."""
    done = run(live_server, collection, "--save", str(tmp_path / "saved.json"))

    assert done.returncode == 0, done.stdout + done.stderr
    saved = json.loads((tmp_path / "saved.json").read_text())
    assert [mode["mode"] for mode in saved["modes"]] == ["hybrid", "semantic", "lexical"]
    assert saved["modes"][0]["measures"]["nDCG@10"] == 1
    assert saved["modes"][0]["by_query"] == {"q1": 1, "q2": 1, "q3": 1}
    assert "nDCG@10" in done.stdout
    assert httpx.get(f"{live_server.v1}/vector_stores").json()["data"] == []
    assert httpx.get(f"{live_server.v1}/files").json()["data"] == []


def test_a_fall_is_told(live_server: LiveServer, collection: Path, tmp_path: Path) -> None:
    """Compared with a better result of before the command fails; with its own it does not."""
    path = tmp_path / "saved.json"
    run(live_server, collection, "--mode", "hybrid", "--save", str(path))
    same = run(live_server, collection, "--mode", "hybrid", "--compare", str(path))
    saved = json.loads(path.read_text())
    saved["modes"][0]["measures"]["nDCG@10"] = 1.2
    path.write_text(json.dumps(saved))

    fallen = run(live_server, collection, "--mode", "hybrid", "--compare", str(path))

    assert same.returncode == 0, same.stdout + same.stderr
    assert fallen.returncode == 1
    assert "-0.2000" in fallen.stdout


def test_nothing_in_common_is_no_success(live_server: LiveServer, collection: Path, tmp_path: Path) -> None:
    """A result of another mode cannot be compared: the command says so and fails."""
    path = tmp_path / "saved.json"
    run(live_server, collection, "--mode", "hybrid", "--save", str(path))

    done = run(live_server, collection, "--mode", "lexical", "--compare", str(path))

    assert done.returncode == 1
    assert "in common" in done.stderr


def test_an_interrupt_while_loading_clears_up(live_server: LiveServer, collection: Path) -> None:
    """Ctrl-C between the first upload and the first answer leaves no store behind."""
    many = [json.dumps({"_id": f"d{number}", "text": f"Filler {number}."}) for number in range(2_000)]
    corpus = collection / "corpus.jsonl"
    corpus.write_text("\n".join([corpus.read_text(encoding="utf-8"), *many]), encoding="utf-8")
    command = [sys.executable, "-m", "app", "eval", str(collection), "--base-url", live_server.v1]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(httpx.get(f"{live_server.v1}/files").json()["data"]) < 5:
        assert process.poll() is None, "it ended before it had loaded anything"

    process.send_signal(signal.SIGINT)
    process.wait(120)

    assert httpx.get(f"{live_server.v1}/vector_stores").json()["data"] == []
    # A request that was on its way may still have made its file.
    assert len(httpx.get(f"{live_server.v1}/files").json()["data"]) <= 1


def test_spans_are_measured_by_characters(live_server: LiveServer, tmp_path: Path) -> None:
    """The share of the answer's characters that a context of 8,000 holds."""
    folder = tmp_path / "spans"
    (folder / "corpora").mkdir(parents=True)
    text = "Leave lasts nine months. " + "Filler sentences stand here. " * 100
    (folder / "corpora" / "rules.md").write_text(text, encoding="utf-8")
    question = {
        "_id": "q", "text": "How long is leave?", "corpus_id": "rules",
        "references": [{"content": text[:24], "start_index": 0, "end_index": 24}],
    }  # fmt: skip
    (folder / "questions.jsonl").write_text(json.dumps(question), encoding="utf-8")

    done = run(live_server, folder, "--mode", "hybrid", "--save", str(tmp_path / "saved.json"))

    assert done.returncode == 0, done.stdout + done.stderr
    saved = json.loads((tmp_path / "saved.json").read_text())
    assert saved["modes"][0]["measures"] == {"share of answer": 1}


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("corpus.jsonl", "{", "corpus.jsonl, line 2, is not JSON"),
        ("queries.jsonl", '{"_id": "q9"}', "queries.jsonl, line 2, lacks text"),
        ("qrels.tsv", "q1\tx\ty", "qrels.tsv, line 2, is not a query"),
    ],
)
def test_a_wrong_collection_says_where(
    live_server: LiveServer, collection: Path, name: str, line: str, said: str
) -> None:
    """The file and the line."""
    path = collection / name
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([lines[0], line, *lines[1:]]), encoding="utf-8")

    done = run(live_server, collection)

    assert done.returncode == 1
    assert said in done.stderr
