"""footnote serve and doctor: what they say at start, and of what keeps them from it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT, end_server, wait_until
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


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_start_ends_with_a_banner(free_port: int, clean_url: str, tmp_path: Path, workers: str) -> None:
    """Its address answers."""
    printed = tmp_path / "printed"
    with printed.open("wb") as target:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", str(free_port), "--workers", workers],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": clean_url, "LOG_LEVEL": "error"},
            stdout=target,
        )
        try:
            assert wait_until(lambda: "Next" in printed.read_text(), seconds=120)
            shown = printed.read_text()
            assert httpx.get(f"http://127.0.0.1:{free_port}/").status_code == 200
        finally:
            end_server(process)

    assert shown.startswith("Footnote ")
    assert f"Open     http://127.0.0.1:{free_port}" in shown
