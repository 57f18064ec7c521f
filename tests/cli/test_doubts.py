"""Doubts about settings: names that look like ours, and a key that nobody uses."""

from pathlib import Path

import pytest

from app.cli.doubts import doubts
from app.settings import Settings
from tests.test_cli import footnote

NO_FILE = Path("/nonexistent/.env")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DEV_FALLBACK", "DEV_FALLBACKS"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("CHUNKSIZE", "CHUNK_SIZE"),
        ("chunk_sise", "CHUNK_SIZE"),
        ("OPENAI_API_BASE", "OPENAI_BASE_URL"),
        ("FOOTNOTE_PORT", "PORT"),
        ("EMBEDDING_DIMENSION", "EMBEDDING_DIMENSIONS"),
    ],
)
def test_a_name_that_looks_like_ours_is_doubted(name: str, meant: str, tmp_path: Path) -> None:
    """In the environment and in .env, with the setting that was probably meant."""
    settings, file = Settings(_env_file=None), tmp_path / ".env"
    file.write_text(f"{name}=1\n")

    (in_environment,) = doubts(settings, {name: "1"}, env_file=NO_FILE)
    (in_file,) = doubts(settings, {}, env_file=file)

    assert in_environment == f"{name} is not a setting of Footnote and has no effect. Did you mean {meant}?"
    assert in_file.startswith(f"{name} in {file} is not a setting")


def test_names_of_others_are_not_doubted() -> None:
    """What shells, desktops, Kubernetes and other clients of OpenAI set, and our own names in any case."""
    names = (
        "PATH", "HOME", "HOSTNAME", "HOSTTYPE", "LOGNAME", "PWD", "SHELL", "TERM", "LANG", "USER", "XDG_DATA_DIRS",
        "XDG_RUNTIME_DIR", "PGDATA", "PGHOST", "POSTGRES_PASSWORD", "POSTGRES_DB", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID",
        "FOOTNOTE_SERVICE_HOST", "FOOTNOTE_PORT_8000_TCP", "FOOTNOTE_BASE_URL", "WORKSPACE", "port", "CHUNK_SIZE",
    )  # fmt: skip

    found = doubts(
        Settings(_env_file=None),
        dict.fromkeys(names, "1") | {"FOOTNOTE_PORT": "tcp://10.0.0.1:8000"},
        env_file=NO_FILE,
    )

    assert found == []


def test_a_key_that_nobody_uses_is_pointed_out() -> None:
    """The fallback answers although a key is there."""
    both = Settings(_env_file=None, dev_fallbacks=True, openai_api_key="sk-secret")

    (doubt,) = doubts(both, {}, env_file=NO_FILE)

    assert doubt.startswith("DEV_FALLBACKS=true: no model is asked")
    assert "sk-secret" not in doubt
    assert doubts(Settings(_env_file=None, openai_api_key="sk-secret"), {}, env_file=NO_FILE) == []


def test_doctor_and_serve_say_their_doubts(clean_url: str) -> None:
    """As warnings, which stop nothing: the exit code is that of what is wrong otherwise."""
    environment = {
        "DATABASE_URL": clean_url,
        "CHUNKSIZE": "400",
        "DEV_FALLBACKS": "true",
        "OPENAI_API_KEY": "sk-x",
    }
    seen = footnote("doctor", **environment)
    served = footnote("serve", **environment | {"HOST": "0.0.0.0"})

    assert seen.returncode == 0
    for said, start in ((seen.stdout, "warning  settings:"), (served.stderr, "Warning:")):
        assert f"{start} CHUNKSIZE is not a setting of Footnote" in said
        assert f"{start} DEV_FALLBACKS=true" in said
