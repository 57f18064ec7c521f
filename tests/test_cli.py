"""The footnote command, in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import make_key, make_pdf

_ROOT = Path(__file__).parents[1]


def footnote(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=_ROOT,
        env=os.environ | {"COLUMNS": "200", "LOG_LEVEL": "error"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


# Prints the help of every command and group in one process, and then what was imported for it.
_ALL_HELP = """
import sys
from app.cli import _COMMANDS, app

def show(*words):
    try:
        app([*words, "--help"])
    except SystemExit as end:
        assert end.code == 0, words

show()
for name in _COMMANDS:
    show(name)
for words in ("files ls", "stores mk", "keys create", "db check", "index build"):
    show(*words.split())
print(*[name for name, module in sys.modules.items() if type(module).__name__ != "_LazyModule"], file=sys.stderr)
"""


def test_no_help_imports_services() -> None:
    """Help comes at once: what a command needs is imported when it runs."""
    run = [sys.executable, "-c", _ALL_HELP]
    listed = subprocess.run(run, cwd=_ROOT, capture_output=True, text=True, check=True)

    for name in ("serve", "ask", "search", "ingest", "files", "stores", "keys", "doctor", "import-openai"):
        assert f" {name} " in listed.stdout
    assert "--expires" in listed.stdout, "that of `keys create`"
    imported = set(listed.stderr.split())
    assert "app.cli.keys" in imported
    assert (
        not {
            "app.services",
            "app.cli.shared",
            "sqlalchemy",
            "openai",
            "httpx2",
            "pydantic",
            "asyncio",
            "rich.console",
        }
        & imported
    )


def test_no_start_imports_what_it_may_never_need() -> None:
    """SDKs and Alembic take as long to import as the rest of a server. They come with the first call that needs them."""
    code = "import sys, app.main, app.cli.serving_here; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True)

    assert "app.services" in run.stdout.split()
    assert not {"openai", "aiohttp", "mcp", "alembic"} & set(run.stdout.split())


def test_the_version_is_printed() -> None:
    """Also without a command."""
    assert re.fullmatch(r"Footnote \d+\.\d+\.\d+\n", footnote("--version").stdout)


def test_files_are_ingested_and_indexed(clean_url: str, tmp_path: Path) -> None:
    """A folder goes in, a bad file is named, the index is built when asked for and shown."""
    (tmp_path / "handbook.pdf").write_bytes(make_pdf())
    (tmp_path / "empty.txt").write_bytes(b"")
    database = {"DATABASE_URL": clean_url, "PGVECTOR_IVFFLAT_LISTS": "2", "VECTOR_INDEX_BUILD": "deferred"}

    ingested = footnote("ingest", str(tmp_path), "--store", "handbook", **database)
    before = footnote("index", "status", **database)
    built = footnote("index", "build", "--store", "handbook", **database)
    after = footnote("index", "status", **database)
    unknown = footnote("index", "build", "--store", "nope", **database)
    again = footnote("ingest", str(tmp_path / "handbook.pdf"), "--store", "handbook", **database)

    assert (ingested.returncode, "2 files: 1 read, 1 failed" in ingested.stdout) == (1, True)
    assert "handbook.pdf: 3 chunks" in ingested.stdout
    assert "No text was found in 'empty.txt'" in ingested.stdout
    assert "–" in before.stdout
    assert "handbook: built" in built.stdout
    assert " 2 " in after.stdout
    assert unknown.returncode == 1
    assert "known already" in again.stdout


def test_files_are_ingested_into_a_project(clean_url: str, tmp_path: Path) -> None:
    """A project that is there, by its name."""
    (tmp_path / "a.txt").write_text("Leave lasts nine months.")
    make_key(clean_url, project="legal")

    ingested = footnote("ingest", str(tmp_path), "--project", "legal", DATABASE_URL=clean_url)
    unknown = footnote("ingest", str(tmp_path), "--project", "nope", DATABASE_URL=clean_url)

    assert "a.txt: 1 chunk\n" in ingested.stdout
    assert (unknown.returncode, "no project named 'nope'" in unknown.stderr) == (1, True)


def test_doctor_says_whether_all_is_well(clean_url: str) -> None:
    """Exit code 0 when it can serve, 1 and the reason when it cannot."""
    well = footnote("doctor", DATABASE_URL=clean_url)
    keyless = footnote("doctor", DATABASE_URL=clean_url, DEV_FALLBACKS="false")

    assert (well.returncode, keyless.returncode) == (0, 1)
    assert "provider: fallback" in well.stdout
    assert "OPENAI_API_KEY is not set" in keyless.stdout


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"HOST": "0.0.0.0"}, "API_KEYS"),
        ({"SIMILARITY_METRIC": "dot"}, "The settings are wrong.\nSIMILARITY_METRIC must be cosine"),
        ({"CHUNK_OVERLAP": "9999"}, "CHUNK_OVERLAP"),
        ({"INGEST_PROCESSES": "many"}, "INGEST_PROCESSES: must be auto or a number from 0 to 64\n"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with postgresql://"),
    ],
)
def test_serve_refuses_wrong_settings_with_what_to_do(
    environment: dict[str, str], words: str, clean_url: str
) -> None:
    """Exit 78 and one sentence, no traceback."""
    refused = footnote("serve", **{"DATABASE_URL": clean_url} | environment)

    assert refused.returncode == 78
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_migrate_brings_the_schema_up(clean_url: str) -> None:
    """It can be run again."""
    assert "up to date" in footnote("migrate", DATABASE_URL=clean_url).stdout


def test_keys_are_made_listed_rotated_and_revoked(clean_url: str) -> None:
    """The secret is printed once, alone on standard output; the list shows none."""
    database = {"DATABASE_URL": clean_url}

    made = footnote(
        "keys", "create", "--project", "legal", "--scope", "chat", "--scope", "files:read",
        "--expires", "90d", "--name", "portal", **database,
    )  # fmt: skip
    key = made.stdout.strip()
    key_id = key.split("_")[1]
    listed = footnote("keys", "list", **database)
    rotated = footnote("keys", "rotate", key_id, **database)
    revoked = footnote("keys", "revoke", key_id, **database)
    after = footnote("keys", "list", "--project", "legal", **database)
    unknown = footnote("keys", "revoke", "nope", **database)

    assert re.fullmatch(r"fn_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}", key)
    assert "cannot be shown again" in made.stderr
    assert all(word in listed.stdout for word in (key_id, "legal", "portal", "chat files:read", "active"))
    assert key.split("_", 2)[2] not in listed.stdout
    assert rotated.stdout.startswith(f"fn_{key_id}_")
    assert rotated.stdout.strip() != key
    assert revoked.returncode == 0
    assert "revoked" in after.stdout
    assert (unknown.returncode, "nope" in unknown.stderr) == (1, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--stores", "x", "--scope", "files:write"], "only reads"),
        (["--stores", "nope"], "no vector store"),
        (["--filters", "{"], "not understood"),
        (["--expires", "soon"], "no duration"),
    ],
)
def test_a_key_that_cannot_be_is_refused(clean_url: str, options: list[str], words: str) -> None:
    """With what is wrong, and no traceback."""
    refused = footnote("keys", "create", *options, DATABASE_URL=clean_url)

    assert refused.returncode != 0
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_misspelt_command_names_the_nearest() -> None:
    """Exit code 2."""
    said = footnote("asks", "How long is leave?")

    assert (said.returncode, "Did you mean 'ask'?" in said.stderr) == (2, True)


def test_an_empty_list_of_keys_says_how_one_is_made(clean_url: str) -> None:
    """Programs get an empty list."""
    said = footnote("keys", "list", DATABASE_URL=clean_url)

    assert "footnote keys create --name NAME` makes one" in said.stdout


def test_a_new_database_is_announced(tmp_path: Path) -> None:
    """Once: somebody in the wrong folder would look in it for what a server has."""
    first = footnote("keys", "list", DATA_DIR=str(tmp_path / "data"))
    second = footnote("keys", "list", DATA_DIR=str(tmp_path / "data"))

    assert f"There is no database in {tmp_path / 'data'} yet" in first.stderr
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
