"""Backup, restore and check: what was taken in is there afterwards, with the same ids, and nothing is lost by mistake."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg

from app.db.checking import check
from tests.conftest import conninfo
from tests.processes import end_server, start_server
from tests.test_cli import footnote

TEXTS = {"leave.txt": "Parental leave lasts nine months.", "soup.txt": "Soup is served at noon in the hall."}


def take_in(url: str) -> None:
    for name, text in TEXTS.items():
        body = {"text": text, "filename": name, "vector_store": "handbook"}
        httpx.post(f"{url}/v1/ingest", json=body).raise_for_status()


def found(url: str) -> list[tuple[str, str]]:
    """Return the ids and texts of the chunks that a search of the store finds."""
    stores = httpx.get(f"{url}/v1/vector_stores").raise_for_status().json()["data"]
    (store,) = [each["id"] for each in stores if each["name"] == "handbook"]
    answer = httpx.post(f"{url}/v1/vector_stores/{store}/search", json={"query": "How long is the leave?"})
    return [
        (result["footnote"]["chunk_id"], result["content"][0]["text"])
        for result in answer.raise_for_status().json()["data"]
    ]


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement and return its rows, if it has any."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


def test_a_backup_is_restored_with_the_same_ids(
    tmp_path: Path, free_port: int, make_database: Callable[[str], str]
) -> None:
    """Made beside a running server; loaded into a new folder and into a server's database, which it replaces only if told."""
    url, file = f"http://127.0.0.1:{free_port}", str(tmp_path / "footnote.dump")
    server_url = make_database("restored")
    first, second = ({"DATA_DIR": str(tmp_path / name)} for name in ("first", "second"))
    server = start_server(free_port, DATA_DIR=first["DATA_DIR"])
    take_in(url)
    before = found(url)

    made = footnote("backup", file, **first)
    again = footnote("backup", file, **first)
    beside = footnote("restore", file, "--force", **first)
    end_server(server)
    restored = footnote("restore", file, **second)
    refused = footnote("restore", file, **second)
    elsewhere = footnote("restore", file, "--json", DATABASE_URL=server_url)
    quiet = footnote("db", "check", "--quiet", DATABASE_URL=server_url)
    server = start_server(free_port, DATA_DIR=second["DATA_DIR"])
    after = found(url)
    end_server(server)

    assert (made.returncode, "2 files, 1 vector_stores" in made.stdout) == (0, True), made.stderr
    assert Path(file).stat().st_mode & 0o077 == 0
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    assert (beside.returncode, "Stop its servers" in beside.stderr) == (1, True)
    assert (restored.returncode, "1 stores searched" in restored.stdout) == (0, True), restored.stderr
    assert json.loads(elsewhere.stdout)["rows"]["files"] == 2
    assert (quiet.returncode, quiet.stdout) == (0, ""), quiet.stderr
    assert (refused.returncode, "2 files" in refused.stderr, "--force" in refused.stderr) == (1, True, True)
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert after == before != []
    assert rows(server_url, "select count(*) from files") == [(2,)]
    # The wall of the embedded PostgreSQL is for a role that a server need not have.
    assert rows(server_url, "select count(*) from pg_policies") == [(0,)]


def test_a_damaged_backup_changes_nothing(make_database: Callable[[str], str], tmp_path: Path) -> None:
    """One that ends early, one with other bytes in its middle, one that is none: what is there stays, even with --force."""
    (tmp_path / "a.txt").write_text(" ".join(f"word{number * 7_919}" for number in range(5_000)))
    url = make_database("damaged")
    file = tmp_path / "footnote.dump"
    footnote("ingest", str(tmp_path / "a.txt"), DATABASE_URL=url)
    footnote("backup", str(file), DATABASE_URL=url)
    whole = file.read_bytes()
    middle = len(whole) // 2

    outcomes = []
    for damaged in (whole[:middle], whole[:middle] + b"x" * 50 + whole[middle + 50 :], b"no dump"):
        file.write_bytes(damaged)
        outcomes.append(footnote("restore", str(file), "--force", DATABASE_URL=url))

    assert [outcome.returncode for outcome in outcomes] == [1, 1, 1]
    assert "Traceback" not in "".join(outcome.stderr for outcome in outcomes)
    assert "the database is as it was" in outcomes[1].stderr
    assert outcomes[2].stderr == f"{file} is no backup. `footnote backup` writes one.\n"
    assert rows(url, "select count(*) from files") == [(1,)]


def test_what_does_not_agree_is_named(clean_url: str, tmp_path: Path) -> None:
    """Each fault is found by its check; `footnote db check` names them all, with exit code 1."""
    (tmp_path / "a.txt").write_text("Parental leave lasts nine months.")
    footnote("ingest", str(tmp_path / "a.txt"), DATABASE_URL=clean_url)
    well = footnote("db", "check", DATABASE_URL=clean_url)
    harmless = check(clean_url)

    harms = {
        "update vector_stores set chunk_count = chunk_count + 1": "counts 1 files, 2 chunks",
        "update vector_store_files set chunk_count = 7": "counts 7 chunks",
        "delete from lexeme_additions": "counts words wrongly",
        "delete from file_parts": "has 0 of its 33 bytes",
    }
    for statement, words in harms.items():
        rows(clean_url, statement)
        assert any(words in fault for fault in check(clean_url).faults)
    ill = footnote("db", "check", DATABASE_URL=clean_url)

    assert (well.returncode, "All is well" in well.stdout) == (0, True), well.stderr
    assert harmless.faults == ()
    assert (harmless.tables > 20, harmless.indexes > 40) == (True, True)
    assert (ill.returncode, all(words in ill.stderr for words in harms.values())) == (1, True)
