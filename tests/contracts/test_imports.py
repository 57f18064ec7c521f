"""The import contracts catch each kind of breach, which is planted in a copy of the code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code and its contracts, which tests may change."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def judged(folder: Path) -> str:
    """Return what the linter says: a line for each contract, KEPT or BROKEN."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("planted", "breach", "contract"),
    [
        ("utils/__init__", "", "Layers look down only"),
        ("core/planted", "import app.db.database", "Layers look down only"),
        ("retrieval/planted", "import app.ingest.chunking", "Layers look down only"),
        ("postgres/planted", "import app.db.database", "Layers look down only"),
        (
            "postgres/planted",
            "import app.models",
            "The keeper of the embedded PostgreSQL knows no table of ours",
        ),
        ("library/planted", "import app.answering.answer", "Layers look down only"),
        ("api/planted", "import app.cli", "Layers look down only"),
        ("mcp/planted", "import app.api.errors", "Layers look down only"),
        ("library/planted", "import sqlalchemy", "Only db and models speak SQL"),
        ("jobs/planted", "import psycopg", "Only db and models speak SQL"),
        ("searching/planted", "import fastapi", "Only api, mcp, sockets and main speak HTTP"),
        ("library/planted", "import starlette.requests", "Only api, mcp, sockets and main speak HTTP"),
        ("answering/planted", "import openai", "The OpenAI SDK stays behind the provider seam"),
        ("jobs/planted", "import app.settings", "Settings are read at the top only"),
        ("upkeep/planted", "import app.settings", "Settings are read at the top only"),
    ],
)
def test_a_planted_breach_is_caught(copied: Path, planted: str, breach: str, contract: str) -> None:
    """The contract that forbids it is broken, and no other."""
    file = copied / "app" / f"{planted}.py"
    is_new = not file.parent.exists()
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'"""Planted."""\n{breach}\n', encoding="utf-8")

    said = judged(copied)

    shutil.rmtree(file.parent) if is_new else file.unlink()
    assert re.findall(r"^(.+) BROKEN", said, re.MULTILINE) == [contract], said


def test_the_house_as_it_stands_is_sound(copied: Path) -> None:
    """Nothing is broken before anything is planted."""
    assert "0 broken" in judged(copied)
