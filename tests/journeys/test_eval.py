"""footnote eval against a live server: loads, asks, prints, saves, compares, clears up."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import openai
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
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=300, check=False)


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


def test_a_worse_result_is_reported(live_server: LiveServer, collection: Path, tmp_path: Path) -> None:
    """The command fails compared with a better earlier result, and succeeds compared with its own."""
    path = tmp_path / "saved.json"
    run(live_server, collection, "--mode", "hybrid", "--save", str(path))
    same = run(live_server, collection, "--mode", "hybrid", "--compare", str(path), "--json")
    saved = json.loads(path.read_text())
    saved["modes"][0]["measures"]["nDCG@10"] = 1.2
    path.write_text(json.dumps(saved))

    fallen = run(live_server, collection, "--mode", "hybrid", "--compare", str(path))
    quiet = run(live_server, collection, "--mode", "hybrid", "--compare", str(path), "--quiet")

    assert same.returncode == 0, same.stdout + same.stderr
    assert [mode["mode"] for mode in json.loads(same.stdout)["modes"]] == ["hybrid"]
    assert (quiet.returncode, quiet.stdout) == (1, "")
    assert fallen.returncode == 1
    assert "-0.2000" in fallen.stdout


def test_nothing_in_common_is_no_success(live_server: LiveServer, collection: Path, tmp_path: Path) -> None:
    """A result of another mode cannot be compared: the command says so and fails."""
    path = tmp_path / "saved.json"
    run(live_server, collection, "--mode", "hybrid", "--save", str(path))

    done = run(live_server, collection, "--mode", "lexical", "--compare", str(path))

    assert done.returncode == 1
    assert "in common" in done.stderr


# Begins a Python that ignores interrupts or does not, whatever this one does.
_BEGIN = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.Handlers(int(sys.argv[1])))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@pytest.mark.parametrize(
    ("sent", "interrupts"),
    [
        (signal.SIGINT, signal.SIG_DFL),
        (signal.SIGTERM, signal.SIG_DFL),
        # As in the background of a script.
        (signal.SIGTERM, signal.SIG_IGN),
    ],
)
def test_an_interrupt_while_loading_clears_up(
    live_server: LiveServer, collection: Path, sent: signal.Signals, interrupts: signal.Handlers
) -> None:
    """Ctrl-C or SIGTERM between the first upload and the first answer leaves no store behind."""
    many = [json.dumps({"_id": f"d{number}", "text": f"Filler {number}."}) for number in range(2_000)]
    corpus = collection / "corpus.jsonl"
    corpus.write_text("\n".join([corpus.read_text(encoding="utf-8"), *many]), encoding="utf-8")
    evaluation = ["-m", "app", "eval", str(collection), "--base-url", live_server.v1]
    command = [sys.executable, "-c", _BEGIN, str(int(interrupts)), *evaluation]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(httpx.get(f"{live_server.v1}/files").json()["data"]) < 5:
        assert process.poll() is None, "it ended before it had loaded anything"

    process.send_signal(sent)

    assert process.wait(120) != 0
    assert httpx.get(f"{live_server.v1}/vector_stores").json()["data"] == []
    # A request that was on its way may still have made its file.
    assert len(httpx.get(f"{live_server.v1}/files").json()["data"]) <= 1


def test_a_refused_mode_costs_no_other(live_server: LiveServer, collection: Path, tmp_path: Path) -> None:
    """The modes before and after it are measured and saved, its reason is shown, the command fails."""
    path = tmp_path / "saved.json"
    modes = [option for mode in ("hybrid", "sideways", "lexical") for option in ("--mode", mode)]

    done = run(live_server, collection, *modes, "--save", str(path))

    assert done.returncode == 1, done.stderr
    assert "sideways was refused: " in done.stdout
    assert "'hybrid', 'semantic', 'lexical'" in done.stdout
    hybrid, sideways, lexical = json.loads(path.read_text())["modes"]
    assert hybrid["measures"]["nDCG@10"] == lexical["measures"]["nDCG@10"] == 1
    assert sideways["measures"] == {}
    assert httpx.get(f"{live_server.v1}/vector_stores").json()["data"] == []


def test_a_refused_mode_is_compared_with_nothing(
    live_server: LiveServer, collection: Path, tmp_path: Path
) -> None:
    """A saved result that holds a refusal still serves to compare the others."""
    path = tmp_path / "saved.json"
    run(live_server, collection, "--mode", "hybrid", "--mode", "sideways", "--save", str(path))

    done = run(live_server, collection, "--mode", "hybrid", "--compare", str(path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "hybrid: 0 queries better, 0 worse" in done.stdout


@pytest.mark.parametrize("reference", ["id", "name"])
def test_a_store_that_is_there_is_judged(
    live_server: LiveServer, client: openai.OpenAI, collection: Path, tmp_path: Path, reference: str
) -> None:
    """Judgements name its files by filename or id. Missing ones are named, and the store is not changed."""
    store = client.vector_stores.create(name="handbook")
    file_ids = {
        name: client.vector_stores.files.upload_and_poll(
            vector_store_id=store.id, file=(f"{name}.txt", text.encode())
        ).id
        for name, text in DOCUMENTS.items()
    }
    qrels = ["q1\tleave.txt\t1", f"q2\t{file_ids['meals']}\t1", "q3\tvisas.txt\t1", "q3\tgone.txt\t1"]
    (collection / "qrels.tsv").write_text("\n".join(qrels), encoding="utf-8")
    (collection / "corpus.jsonl").unlink()
    asked = store.id if reference == "id" else "handbook"

    done = run(live_server, collection, "--store", asked, "--save", str(tmp_path / "saved.json"))

    assert done.returncode == 0, done.stdout + done.stderr
    saved = json.loads((tmp_path / "saved.json").read_text())
    assert [mode["measures"]["MRR@10"] for mode in saved["modes"]] == [1, 1, 1]
    assert saved["modes"][0]["measures"]["recall@10"] == pytest.approx((1 + 1 + 0.5) / 3)
    assert "judged documents that the store lacks: 1, as gone.txt" in done.stdout
    assert [entry.id for entry in client.vector_stores.list()] == [store.id]
    assert {file.id for file in client.files.list()} == set(file_ids.values())
    assert client.vector_stores.retrieve(store.id).file_counts.completed == len(DOCUMENTS)


def test_a_store_that_is_not_there_is_reported(live_server: LiveServer, collection: Path) -> None:
    """No store of the id or name: a sentence, and nothing is made."""
    done = run(live_server, collection, "--store", "nowhere")

    assert done.returncode == 1
    assert "no vector store of the id or name 'nowhere'" in done.stderr
    assert httpx.get(f"{live_server.v1}/vector_stores").json()["data"] == []


def test_a_place_to_save_is_checked_before_anything_is_measured(
    live_server: LiveServer, collection: Path, tmp_path: Path
) -> None:
    """The result would be lost."""
    done = run(live_server, collection, "--save", str(tmp_path / "nowhere" / "saved.json"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no folder" in done.stderr


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


# A letter and its accent are one character in the text that is kept, and a control character is none.
_BEFORE = "\ufeffPolicy.\r\n\r\nThe cafe\u0301 opens at nine.\r\n" + "Line of a list.\r\n" * 400 + "\x07\r"
_ANSWER = "Parental leave\r\nlasts nine months."
_AFTER = "\r\nDinner costs up to 40 euros.\r\n" * 400


@pytest.mark.parametrize("is_loaded", [False, True])
def test_spans_count_the_file_as_it_lies(
    live_server: LiveServer, client: openai.OpenAI, tmp_path: Path, *, is_loaded: bool
) -> None:
    """Line ends of two characters, and all else that cleaning changes, shift no span: the answer is found whole."""
    folder = tmp_path / "spans"
    (folder / "corpora").mkdir(parents=True)
    (folder / "corpora" / "rules.md").write_bytes((_BEFORE + _ANSWER + _AFTER).encode())
    start = len(_BEFORE)
    question = {
        "_id": "q", "text": "How long does parental leave last?", "corpus_id": "rules",
        "references": [{"content": _ANSWER, "start_index": start, "end_index": start + len(_ANSWER)}],
    }  # fmt: skip
    (folder / "questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    options = ["--mode", "lexical", "--save", str(tmp_path / "saved.json")]
    if is_loaded:
        store = client.vector_stores.create(name="rules")
        client.vector_stores.files.upload_and_poll(
            vector_store_id=store.id, file=folder / "corpora" / "rules.md"
        )
        options += ["--store", "rules"]

    done = run(live_server, folder, *options)

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
