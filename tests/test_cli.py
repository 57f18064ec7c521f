"""The footnote command, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import make_pdf

_ROOT = Path(__file__).parents[1]


def footnote(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=_ROOT,
        env=os.environ | {"COLUMNS": "200", "LOG_LEVEL": "error"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


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

    assert "handbook.pdf: 3 chunks" in ingested.stdout
    assert "No text was found in 'empty.txt'" in ingested.stdout
    assert "–" in before.stdout
    assert "handbook: built" in built.stdout
    assert " 2 " in after.stdout
    assert unknown.returncode == 1
    assert "known already" in again.stdout


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
        ({"SIMILARITY_METRIC": "dot"}, "SIMILARITY_METRIC: SIMILARITY_METRIC must be cosine"),
        ({"CHUNK_OVERLAP": "9999"}, "CHUNK_OVERLAP"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with postgresql://"),
    ],
)
def test_serve_refuses_wrong_settings_with_what_to_do(environment: dict[str, str], words: str) -> None:
    """Exit 78 and one sentence, no traceback."""
    refused = footnote("serve", **environment)

    assert refused.returncode == 78
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_migrate_brings_the_schema_up(clean_url: str) -> None:
    """It can be run again."""
    assert "up to date" in footnote("migrate", DATABASE_URL=clean_url).stdout
