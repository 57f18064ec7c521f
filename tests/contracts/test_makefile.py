"""What `make` does for somebody who has just cloned."""

import subprocess

from app.core.shipped import shipped


def test_what_make_starts_keeps_compiled_modules() -> None:
    """Where PYTHONDONTWRITEBYTECODE is set, each command would compile a thousand modules."""
    clone = shipped("static").parent

    told = subprocess.run(
        ["make", "--dry-run", "--always-make", "run"], cwd=clone, check=True, capture_output=True, text=True
    ).stdout

    starts = [line for line in told.splitlines() if "app serve" in line or "from app.cli import main" in line]
    assert len(starts) == 2
    assert all("unset PYTHONDONTWRITEBYTECODE" in line for line in starts)
