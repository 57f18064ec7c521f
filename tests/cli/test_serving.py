"""footnote serve and doctor: what they say at start, and of what keeps them from it."""

import socket
from pathlib import Path

import pytest

from tests.test_cli import footnote

UNREACHABLE = "postgresql://u:s3cret@127.0.0.1:9/x"


@pytest.mark.parametrize("command", ["serve", "doctor", "migrate", "worker"])
def test_a_database_that_is_away_is_a_sentence(command: str) -> None:
    """Exit code 1, no traceback, no password."""
    refused = footnote(command, DATABASE_URL=UNREACHABLE, PORT="0")

    said = refused.stdout + refused.stderr
    assert refused.returncode == 1
    assert "DATABASE_URL leads to no usable PostgreSQL" in said
    assert "Traceback" not in said
    assert "s3cret" not in said


@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_a_data_directory_that_cannot_be_is_a_sentence(command: str, tmp_path: Path) -> None:
    """A file in its place."""
    (tmp_path / "file").touch()

    refused = footnote(command, DATA_DIR=str(tmp_path / "file"), PORT="0")

    said = refused.stdout + refused.stderr
    assert refused.returncode == 1
    assert "cannot be used" in said
    assert "Traceback" not in said


def test_a_port_in_use_is_a_sentence(free_port: int, tmp_path: Path) -> None:
    """Said before anything is started."""
    with socket.create_server(("127.0.0.1", free_port)):
        refused = footnote("serve", PORT=str(free_port), DATA_DIR=str(tmp_path / "data"))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {free_port} of 127.0.0.1 is taken")
    assert not (tmp_path / "data").exists()
