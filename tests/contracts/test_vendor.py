"""What the page takes from npm is what its lock names, byte for byte, with its licence."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests" / "js" / "node_modules" / "marked"


@pytest.mark.parametrize(
    ("copy", "original"), [("marked.esm.js", "lib/marked.esm.js"), ("marked.LICENSE", "LICENSE")]
)
def test_the_copy_of_marked_is_the_locked_one(copy: str, original: str) -> None:
    """`make vendor` brings it up to date; nobody edits it."""
    if not PACKAGE.is_dir():
        if os.environ.get("CI"):
            pytest.fail("marked is not installed: run `make test`.")
        pytest.skip("marked is not installed: run `make check` once.")

    assert (ROOT / "static" / "vendor" / copy).read_bytes() == (PACKAGE / original).read_bytes()
