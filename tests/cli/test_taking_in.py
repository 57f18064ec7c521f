"""footnote ingest against a server: what became of each file, for people and for programs."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.cli.test_remote import footnote
from tests.conftest import MakeServer, conninfo, sdk
from tests.factories import make_pdf
from tests.serving import LiveServer


def test_a_folder_is_sent_to_a_server(live_server: LiveServer, tmp_path: Path) -> None:
    """Each file has a line; a summary counts them; what failed is named, and the exit code is 1. Hidden files stay out."""
    (tmp_path / "handbook.pdf").write_bytes(make_pdf())
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"no document")

    sent = footnote("ingest", str(tmp_path), "--store", "handbook", url=live_server.url)
    again = footnote("ingest", str(tmp_path / "handbook.pdf"), "--store", "handbook", url=live_server.url)
    listed = footnote("stores", "show", "handbook", url=live_server.url)

    assert sent.returncode == 1
    assert "handbook.pdf: 3 chunks\n" in sent.stdout
    assert sent.stdout.endswith("3 files: 1 read, 2 failed\n")
    assert f"failed: {tmp_path / 'empty.txt'}: No text was found" in sent.stderr
    assert f"failed: {tmp_path / 'broken.pdf'}: " in sent.stderr
    assert (again.returncode, again.stdout) == (
        0,
        "handbook.pdf: known already\n1 file: 1 known already\n",
    )
    assert "handbook.pdf" in listed.stdout


def test_programs_get_json_or_silence(live_server: LiveServer, tmp_path: Path) -> None:
    """--json prints what became of each; --quiet prints failures only."""
    (tmp_path / "a.txt").write_text("Leave lasts nine months.")
    (tmp_path / "empty.txt").write_bytes(b"")

    printed = footnote("ingest", str(tmp_path), "--json", url=live_server.url)
    quiet = footnote("ingest", str(tmp_path), "--quiet", url=live_server.url)

    read, failed = json.loads(printed.stdout)
    assert (read["path"], read["status"], read["chunks"]) == (str(tmp_path / "a.txt"), "completed", 1)
    assert (failed["status"], "No text was found" in failed["error"]) == ("failed", True)
    assert (printed.returncode, printed.stderr) == (1, "")
    assert (quiet.stdout, quiet.stderr.count("\n"), quiet.returncode) == ("", 1, 1)


@pytest.mark.parametrize("is_here", [False, True])
def test_one_odd_file_does_not_end_the_others(
    live_server: LiveServer, clean_url: str, tmp_path: Path, is_here: bool
) -> None:
    """A name that is no UTF-8, and a file whose bytes cannot be had, sent to a server or taken in without one."""
    (tmp_path / os.fsdecode(b"bad\xffname.txt")).write_text("Leave lasts nine months.")
    (tmp_path / "memory.txt").symlink_to("/proc/self/mem")
    (tmp_path / "z.txt").write_text("The gate closes at noon.")
    where = {"DATABASE_URL": clean_url} if is_here else {"url": live_server.url}

    sent = footnote("ingest", str(tmp_path), **where)

    assert sent.returncode == 1
    assert "bad\N{REPLACEMENT CHARACTER}name.txt: 1 chunk\n" in sent.stdout
    assert sent.stdout.endswith("z.txt: 1 chunk\n3 files: 2 read, 1 failed\n")
    assert sent.stderr == f"failed: {tmp_path / 'memory.txt'}: It cannot be read: Input/output error.\n"


def test_what_all_files_would_fail_by_is_said_once(tmp_path: Path) -> None:
    """No server, and no file named."""
    (tmp_path / "a.txt").write_text("Leave lasts nine months.")

    nobody = footnote("ingest", str(tmp_path), url="http://127.0.0.1:1")
    nothing = footnote("ingest", url="http://127.0.0.1:1")

    assert (nobody.returncode, nobody.stderr.count("No Footnote answers")) == (1, 1)
    assert (nothing.returncode, "--sample" in nothing.stderr) == (2, True)


def test_a_large_file_shows_how_far_it_is_read(
    make_server: MakeServer, clean_url: str, tmp_path: Path
) -> None:
    """On a terminal, in percent and passages as the server counts them; the line at the end is as for any file."""
    server = make_server(worker="off")
    large = tmp_path / "large.txt"
    large.write_text("The cat sleeps on the mat. " * 9_000)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "app", "ingest", str(large), "--url", server.url]
    environment = os.environ | {"COLUMNS": "160", "TERM": "xterm"}
    with (
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True
        ) as ingest,
        psycopg.connect(conninfo(clean_url), autocommit=True) as connection,
    ):
        shown = ""
        os.close(theirs)
        while "64 %, 96 of 148 passages" not in shown:
            connection.execute(
                "update vector_store_files set progress = 64, chunks_done = 96, chunks_total = 148"
            )
            shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown + os.read(ours, 10_000).decode())
        connection.execute("update vector_store_files set status = 'completed', chunk_count = 148")
        said = ingest.stdout.read() if ingest.stdout else ""

    assert said == "large.txt: 148 chunks\n1 file: 1 read\n"


def test_a_large_file_that_fails_leaves_nothing_behind(live_server: LiveServer, tmp_path: Path) -> None:
    """As a small one does not; its reason is said."""
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken" * 20_000)

    sent = footnote("ingest", str(tmp_path), url=live_server.url)

    assert sent.returncode == 1
    assert "failed: " in sent.stderr
    assert sdk(live_server.v1).files.list().data == []
