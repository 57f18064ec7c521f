"""What people are told to type is what their shell finds."""

import os
import sys
from pathlib import Path

import pytest

from app.cli.command import command


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an interpreter that has the command beside it, which is not on PATH."""
    folder = tmp_path / "footnote" / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "footnote").touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setenv("PATH", os.defpath)
    return folder


def test_beside_a_clone_it_is_a_path(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative to the clone, whole elsewhere."""
    monkeypatch.chdir(tmp_path / "footnote")
    within = command()
    (tmp_path / "documents").mkdir()
    monkeypatch.chdir(tmp_path / "documents")

    assert (within, command()) == (".venv/bin/footnote", str(installed / "footnote"))


def test_where_the_shell_finds_it_the_name_is_enough(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an active environment; and where there is none beside the interpreter."""
    monkeypatch.setenv("PATH", str(installed))
    active = command()
    (installed / "footnote").unlink()

    assert (active, command()) == ("footnote", "footnote")
