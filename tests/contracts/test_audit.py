"""CI's look-up of known weaknesses: one is a failure, a list that cannot be reached is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[2] / ".ci" / "audit.py"
SOUND = {"name": "sound", "version": "1", "vulns": []}
WEAK = {"name": "weak", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def audited(said: str) -> subprocess.CompletedProcess[str]:
    """Run the look-up with a program that says this in place of pip-audit."""
    command = [sys.executable, str(AUDIT), sys.executable, "-c", f"print({said!r}); raise SystemExit(1)"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([SOUND, UNKNOWN], 0, "1 of 2 packages were checked, 0 weaknesses found."),
        ([SOUND, WEAK], 1, "weak 2: CVE-1, fixed in 3"),
    ],
)
def test_a_weakness_is_a_failure(packages: list[object], code: int, words: str) -> None:
    """It is named with the version that has it no more."""
    done = audited(json.dumps({"dependencies": packages}))

    assert done.returncode == code
    assert words in done.stdout


def test_a_list_that_cannot_be_reached_is_none() -> None:
    """The program breaks off with a traceback where it has no network."""
    done = audited("requests.exceptions.ProxyError: HTTPSConnectionPool")

    assert done.returncode == 0
    assert "cannot be reached" in done.stdout
