"""Temporary folders: gone after use, cleared after a kill, left alone while they are held."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.core.errors import DiskFull, InvalidRequest
from app.core.folders import clear_left_folders, full_disk_told, temporary_folder

_HOLDER = """
import os, signal, sys
from app.core.folders import temporary_folder
with temporary_folder() as folder:
    (folder / "text").write_text("sentinel")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody else's folders are there."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_a_folder_goes_with_its_block() -> None:
    """And is not cleared away while the block runs."""
    with temporary_folder() as folder:
        assert clear_left_folders() == 0
        assert folder.is_dir()

    assert not folder.exists()


def test_what_a_killed_process_leaves_is_cleared(tmp_path: Path) -> None:
    """Its lock went with it; folders of other programs are not touched."""
    (tmp_path / "footnote-1234-0").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        assert clear_left_folders() == 0
        holder.kill()

    assert clear_left_folders() == 1

    assert not folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["footnote-1234-0"]


def test_a_write_without_room_is_told_as_such() -> None:
    """Of other errors nothing is said: they have other causes."""
    with pytest.raises(DiskFull), full_disk_told(), Path("/dev/full").open("w") as full:
        full.write("x")
    with pytest.raises(FileNotFoundError), full_disk_told():
        Path("/nowhere").read_text()
    with pytest.raises(InvalidRequest), full_disk_told():
        raise InvalidRequest("It is no text.")
