"""Words over HTTP: questions on code, texts of several languages in one store, and the offline answers to them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import LiveServer

_ROOT = Path(__file__).parents[2]
_TEXTS = {
    "bearing.txt": "The bearing TK-2041-B is stored in rack nine of the northern depot.",
    "cpp.txt": "The control unit is programmed in C++ by the night shift.",
    "vitamin.txt": "Vitamin C is stored next to the hepatitis C samples, grade C.",
    "cantine.txt": "L'élève âgé de moins de douze ans déjeune à la cantine.",
    "netz.txt": "Das Hochspannungsnetzgerät darf nur von den Fachleuten geöffnet werden.",
    "otpusk.txt": "Заявление на отпуск подаётся руководителю за две недели до начала отпуска.",
    "Tove-Berg.md": "Phone 555 0146. Prefers evenings.",
    "gate.txt": "Its color is gray, and a license to organize theaters hangs there.",
    "Otto-Lind.md": "Phone 555 0142. Prefers mornings.",
}


@pytest.fixture
def store(live_server: LiveServer) -> str:
    """A store of texts in four languages."""
    texts = [{"text": text, "filename": name} for name, text in _TEXTS.items()]
    httpx.post(f"{live_server.v1}/ingest", json={"vector_store": "words", "texts": texts}).raise_for_status()
    stores: list[dict[str, Any]] = httpx.get(f"{live_server.v1}/vector_stores").json()["data"]
    return str(next(entry["id"] for entry in stores if entry["name"] == "words"))


@pytest.mark.parametrize(
    ("query", "filename"),
    [
        ("TK2041B", "bearing.txt"),
        ("tk 2041 b", "bearing.txt"),
        ("C++", "cpp.txt"),
        ("eleve age", "cantine.txt"),
        ("licence organise colour", "gate.txt"),
        ("Netzgerät", "netz.txt"),
        ("руководители", "otpusk.txt"),
        ("What is the phone number of Tove Berg?", "Tove-Berg.md"),
        ("5550142", "Otto-Lind.md"),
    ],
)
def test_words_are_found_as_people_type_them(
    live_server: LiveServer, store: str, query: str, filename: str
) -> None:
    """First, by the word, and as a match."""
    answer = httpx.post(
        f"{live_server.v1}/vector_stores/{store}/search", json={"query": query, "include": ["footnote"]}
    ).json()

    best = answer["data"][0]
    assert best["filename"] == filename
    assert best["score"] >= 0.3
    assert best["footnote"]["scores"]["lexical"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is TK2041B?", "rack nine"),
        ("Ou dejeune l'eleve ?", "cantine"),
        ("What is the phone number of Tove Berg?", "555 0146"),
    ],
)
def test_the_offline_answer_knows_the_same_words(
    live_server: LiveServer, store: str, question: str, told: str
) -> None:
    """A question is answered by the sentence that the search has found it by."""
    body = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": question}],
        "footnote": {"vector_store_ids": [store]},
    }
    answer = httpx.post(f"{live_server.v1}/chat/completions", json=body).json()

    assert told in answer["choices"][0]["message"]["content"]


def test_questions_on_code_are_answered_by_code(live_server: LiveServer, tmp_path: Path) -> None:
    """What a question is asked with is rare in code, and finds nothing: with it, the lexical leg had an nDCG@10 of .67."""
    folder = _ROOT / "tests" / "collections" / "code-questions"
    saved = tmp_path / "saved.json"
    command = [
        sys.executable,
        "-m",
        "app",
        "eval",
        str(folder),
        "--base-url",
        live_server.v1,
        "--save",
        str(saved),
    ]
    subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=300, check=True)

    reached = {mode["mode"]: mode["measures"]["nDCG@10"] for mode in json.loads(saved.read_text())["modes"]}
    assert min(reached["hybrid"], reached["lexical"]) >= 0.98
