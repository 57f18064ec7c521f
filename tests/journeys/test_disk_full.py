"""A full disk under the embedded PostgreSQL: said everywhere, survived, and no reason to refuse searches and deletions early."""

import io
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import httpx
import pytest

from tests.processes import end_server, kill, postmasters, start_server, wait_until

MIB = 1024**2
SAID = "Disk full"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 MiB in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a disk, and not in every container")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, *, leave_mib: float) -> None:
    """Leave so much room on the disk."""
    state = os.statvfs(disk)
    size = state.f_bavail * state.f_frsize - int(leave_mib * MIB)
    with (disk / "filler").open("ab") as filler:
        os.posix_fallocate(filler.fileno(), filler.seek(0, os.SEEK_END), size)


def test_a_full_disk_is_said_and_survived(small_disk: Path, free_port: int) -> None:
    """First only what takes room is refused. When PostgreSQL cannot run, it is tried until it can, and nothing is lost."""
    process = start_server(free_port, DATA_DIR=str(small_disk / "data"))
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=120) as client:
        ids = [ingest(client, number).json()["data"][0]["file_id"] for number in range(2)]

        fill(small_disk, leave_mib=100)
        refused = ingest(client, 3)
        warned = client.get("/readyz")
        deleted = client.delete(f"/v1/files/{ids[1]}")
        found = ask(client)

        fill(small_disk, leave_mib=0)
        kill(postmasters(small_disk / "data"))
        failing = ask(client)
        not_ready = client.get("/readyz")
        # Five starts in vain, after which the keeper gave up in earlier releases.
        time.sleep(16)
        still = client.get("/v1/files")
        (small_disk / "filler").unlink()
        assert wait_until(lambda: client.get("/readyz").status_code == 200, seconds=120)
        files = client.get("/v1/files").json()["data"]
        again = ingest(client, 3)
    end_server(process)

    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
    assert int(refused.headers["retry-after"]) >= 1
    assert warned.status_code == 200
    assert SAID in warned.json()["warnings"][0]
    assert deleted.json()["deleted"] is True
    assert found.status_code == 200
    for answer in (failing, still):
        assert answer.status_code == 507
        assert SAID in answer.json()["error"]["message"]
    assert not_ready.status_code == 503
    assert SAID in not_ready.json()["reasons"][0]
    assert [file["id"] for file in files] == [ids[0]]
    assert again.status_code == 200
    assert "disk full" in (small_disk / "data" / "keeper.log").read_text()


def test_files_wait_while_there_is_no_room_to_read_them(
    small_disk: Path, tmp_path: Path, free_port: int
) -> None:
    """They are neither refused nor called unreadable, and are read once there is room on the disk for temporary files."""
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = start_server(
            free_port,
            log=written.fileno(),
            LOG_LEVEL="warning",
            DATA_DIR=str(tmp_path / "data"),
            TMPDIR=str(small_disk),
        )
    long = "\n\n".join(
        f"Rule {number} of a small disk. {'It is short of room. ' * 60}" for number in range(800)
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port}/v1", timeout=60) as client:
        store = client.post("/vector_stores", json={}).json()["id"]
        uploads = [upload(client, "long.txt", long.encode()), upload(client, "long.docx", docx_of(long))]
        members = [f"/vector_stores/{store}/files/{file_id}" for file_id in uploads]

        # The Word file has room, its text has not.
        fill(small_disk, leave_mib=0.3)
        for file_id in uploads:
            client.post(f"/vector_stores/{store}/files", json={"file_id": file_id}).raise_for_status()
        assert wait_until(lambda: log.read_text().count('"job_waits"') >= 2, seconds=60)
        ready = client.get(f"http://127.0.0.1:{free_port}/readyz")
        waiting = [client.get(member).json()["status"] for member in members]
        (small_disk / "filler").unlink()
        assert wait_until(
            lambda: [client.get(member).json()["status"] for member in members] == ["completed"] * 2,
            seconds=90,
        )
    end_server(process)

    assert waiting == ["in_progress"] * 2
    assert ready.status_code == 200
    assert "temporary files" in ready.json()["warnings"][0]


def upload(client: httpx.Client, name: str, content: bytes) -> str:
    sent = {"files": {"file": (name, content)}, "data": {"purpose": "assistants"}}
    return str(client.post("/files", **sent).raise_for_status().json()["id"])  # type: ignore[arg-type]


def docx_of(text: str) -> bytes:
    document = docx.Document()
    for paragraph in text.split("\n\n"):
        document.add_paragraph(paragraph)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def ingest(client: httpx.Client, number: int) -> httpx.Response:
    return client.post(
        "/v1/ingest", json={"text": f"Text number {number} of a small disk.", "filename": f"{number}.txt"}
    )


def ask(client: httpx.Client) -> httpx.Response:
    question = {"role": "user", "content": "What is the text of a small disk?"}
    return client.post("/v1/chat/completions", json={"model": "gpt-4o", "messages": [question]})
