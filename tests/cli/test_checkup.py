"""footnote doctor: what is wrong, and how to mend it."""

import json
import socket
from pathlib import Path

from tests.test_cli import footnote


def test_each_fault_says_how_to_mend_it(clean_url: str) -> None:
    """A missing key, and a server that others could reach without one."""
    seen = footnote("doctor", DATABASE_URL=clean_url, DEV_FALLBACKS="false", HOST="0.0.0.0", PORT="0")

    assert seen.returncode == 1
    assert "fault    model: OPENAI_API_KEY is not set" in seen.stdout
    assert "→ Set it in .env" in seen.stdout
    assert "fault    access: " in seen.stdout
    assert "ok       database: " in seen.stdout
    assert seen.stdout.endswith("This would not serve.\n")


def test_a_database_that_is_away_is_a_fault() -> None:
    """The other findings are told all the same; --quiet leaves out what is well."""
    seen = footnote("doctor", "--quiet", DATABASE_URL="postgresql://u:s3cret@127.0.0.1:9/x", PORT="0")

    assert seen.returncode == 1
    assert seen.stdout.startswith("fault    database: DATABASE_URL leads to no usable PostgreSQL")
    assert "s3cret" not in seen.stdout + seen.stderr


def test_programs_get_json(clean_url: str, free_port: int) -> None:
    """A port in use is a warning: it may be the server that runs."""
    with socket.create_server(("127.0.0.1", free_port)):
        seen = footnote("doctor", "--json", DATABASE_URL=clean_url, PORT=str(free_port))

    found = {finding["what"]: finding for finding in json.loads(seen.stdout)}
    assert seen.returncode == 0
    assert (found["port"]["state"], found["database"]["state"], found["model"]["state"]) == (
        "warning",
        "ok",
        "ok",
    )
    assert "a Footnote that runs already" in found["port"]["remedy"]


def test_scarce_room_is_a_warning(tmp_path: Path) -> None:
    """The disk of the embedded database is looked at; how much is free is said."""
    seen = footnote("doctor", "--json", DATA_DIR=str(tmp_path / "data"), PORT="0")

    (disk,) = [finding for finding in json.loads(seen.stdout) if finding["what"] == "disk"]
    assert disk["state"] in ("ok", "warning")
    assert "free" in disk["text"]


def test_a_model_server_that_is_away_is_a_warning(clean_url: str, free_port: int) -> None:
    """It may come back by itself; until then nothing is answered, so it is not well."""
    away = f"http://127.0.0.1:{free_port}/v1"
    seen = footnote(
        "doctor",
        DATABASE_URL=clean_url,
        DEV_FALLBACKS="false",
        OPENAI_BASE_URL=away,
        OPENAI_API_KEY="any",
        PORT="0",
    )

    assert seen.returncode == 0
    assert "warning  model: chat: The upstream model server cannot be reached" in seen.stdout
    assert "warning  model: embeddings: " in seen.stdout
    assert seen.stdout.endswith("This would serve, with the warnings above.\n")


def test_a_model_that_upstream_does_not_list_is_a_warning(clean_url: str, upstream_url: str) -> None:
    """The setting is named."""
    seen = footnote(
        "doctor",
        DATABASE_URL=clean_url,
        OPENAI_BASE_URL=upstream_url,
        OPENAI_API_KEY="sk-good",
        CHAT_MODEL="no-such-model",
        PORT="0",
    )

    assert "Set CHAT_MODEL to a model that it lists" in seen.stdout
