"""What the page takes from npm is what its lock names, byte for byte, with its licence."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "tests" / "js" / "node_modules"


@pytest.mark.parametrize(
    ("copy", "original"),
    [
        ("marked.esm.js", "marked/lib/marked.esm.js"),
        ("marked.LICENSE", "marked/LICENSE"),
        ("temml.min.js", "temml/dist/temml.min.js"),
        ("temml.LICENSE", "temml/LICENSE"),
    ],
)
def test_the_copies_are_those_of_the_lock(copy: str, original: str) -> None:
    """`make vendor` brings them up to date; nobody edits them."""
    if not PACKAGES.is_dir():
        if os.environ.get("CI"):
            pytest.fail("The packages of npm are not installed: run `make test`.")
        pytest.skip("The packages of npm are not installed: run `make check` once.")

    assert (ROOT / "static" / "vendor" / copy).read_bytes() == (PACKAGES / original).read_bytes()
