"""footnote files: list, show, delete, by id or by name."""

import json

import httpx

from tests.cli.test_remote import footnote
from tests.serving import LiveServer


def store(server: LiveServer, name: str, text: str) -> str:
    files = {"file": (name, text.encode())}
    made = httpx.post(f"{server.v1}/ingest", files=files)
    file_id: str = made.raise_for_status().json()["data"][0]["id"]
    return file_id


def test_files_are_listed_shown_and_deleted(live_server: LiveServer) -> None:
    """The table has whole ids; a name is enough to delete."""
    first = store(live_server, "a.txt", "Leave lasts nine months.")
    second = store(live_server, "b.txt", "Soup is served.")

    listed = footnote("files", "ls", url=live_server.url)
    shown = footnote("files", "show", first, "--json", url=live_server.url)
    deleted = footnote("files", "rm", "a.txt", "--yes", url=live_server.url)
    left = footnote("files", "ls", "--quiet", url=live_server.url)

    assert first in listed.stdout
    assert json.loads(shown.stdout)["filename"] == "a.txt"
    assert deleted.stdout == "deleted: a.txt\n"
    assert left.stdout.split() == [second]


def test_a_file_is_shown_with_its_whole_name(live_server: LiveServer) -> None:
    """However narrow the terminal is."""
    name = "minutes of the meeting of the board on the third of May.txt"
    store(live_server, name, "Leave lasts nine months.")

    shown = footnote("files", "show", name, url=live_server.url, COLUMNS="80").stdout

    assert name in shown
    assert "24" in shown
    assert "processed" in shown


def test_names_that_are_not_one_files_are_refused(live_server: LiveServer) -> None:
    """None has it, or several: then their ids are named, and nothing is deleted."""
    ids = {store(live_server, "a.txt", "One text."), store(live_server, "a.txt", "Another text.")}

    several = footnote("files", "rm", "a.txt", "-y", url=live_server.url)
    none = footnote("files", "rm", "c.txt", "-y", url=live_server.url)

    assert (several.returncode, none.returncode) == (1, 1)
    assert all(file_id in several.stderr for file_id in ids)
    assert "There is no file 'c.txt'" in none.stderr
    assert set(footnote("files", "ls", "-q", url=live_server.url).stdout.split()) == ids
