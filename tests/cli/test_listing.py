"""Lists on the command line: for people, for programs, and ids alone."""

import json
from typing import Any

import pytest

from app.cli.listing import print_rows
from app.cli.output import console
from tests.factories import make_key
from tests.test_cli import footnote

ROWS: list[list[Any]] = [["a", None, ["x", "y"], 0.12345], ["b", "text", [], 2]]
COLUMNS = ("id", "bound to", "scopes", "gain")


def test_rows_are_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """Columns become names; what is missing is null."""
    print_rows(COLUMNS, ROWS, as_json=True, quiet=False)

    assert json.loads(capsys.readouterr().out)[0] == {
        "id": "a",
        "bound_to": None,
        "scopes": ["x", "y"],
        "gain": 0.12345,
    }


def test_rows_are_ids_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """One a line."""
    print_rows(COLUMNS, ROWS, as_json=False, quiet=True)

    assert capsys.readouterr().out == "a\nb\n"


def test_rows_are_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers are rounded, what is missing is a dash."""
    print_rows(COLUMNS, ROWS, as_json=False, quiet=False)

    shown = capsys.readouterr().out
    assert "x y" in shown
    assert "0.1234" in shown or "0.1235" in shown
    assert "–" in shown


def test_ids_are_whole_in_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are copied into the next command. What stands beside them has less room."""
    monkeypatch.setenv("COLUMNS", "40")
    console.cache_clear()
    rows = [["vs_ZloWKMjB5wYJjcreyU2R2LGr", *["a long name of a key"] * 3]]

    print_rows(COLUMNS, rows, as_json=False, quiet=False)

    assert rows[0][0] in capsys.readouterr().out


def test_operators_lists_come_as_json(clean_url: str) -> None:
    """Keys, usage, the audit and indexes. Nothing is logged beside what was asked for."""
    make_key(clean_url, project="legal")

    (key,) = json.loads(footnote("keys", "list", "--json", DATABASE_URL=clean_url).stdout)
    quiet = footnote("keys", "ls", "--quiet", DATABASE_URL=clean_url)
    others = [
        footnote(*command, "--json", DATABASE_URL=clean_url)
        for command in (["usage"], ["audit"], ["index", "status"])
    ]

    unknown = footnote("usage", "--project", "nowhere", DATABASE_URL=clean_url)

    assert (unknown.returncode, unknown.stderr) == (1, "There is no project named 'nowhere'.\n")
    assert (key["project"], key["state"], key["last_used"]) == ("legal", "active", None)
    assert (quiet.stdout, quiet.stderr) == (f"{key['id']}\n", "")
    assert [type(json.loads(other.stdout)) for other in others] == [list, list, list]
