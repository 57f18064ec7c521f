"""Tests mirror the code: a test of one module lies where the module does, under the same name."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Tests of several modules together: whole journeys, rules that the code as a whole keeps to, and other people's clients,
# whose environments lie there, too.
TOGETHER = ("journeys", "contracts", "clients")


def mirrored(test: Path) -> list[Path]:
    """Return where the module of a test may lie: a file, or a package whose own file holds code."""
    place = test.parent / test.stem.removeprefix("test_")
    return [place.with_suffix(".py"), place / "__init__.py"]


def has_code(module: Path) -> bool:
    """Whether a module is there and has more than a docstring."""
    return module.is_file() and len(ast.parse(module.read_text(encoding="utf-8")).body) > 1


def strays(tests: Path, code: Path) -> list[str]:
    """Return the test files that mirror no module."""
    found = (test.relative_to(tests) for test in tests.rglob("test_*.py"))
    return sorted(
        str(test)
        for test in found
        if test.parts[0] not in TOGETHER and not any(has_code(code / module) for module in mirrored(test))
    )


def test_each_test_mirrors_a_module() -> None:
    """tests/x/test_y.py is of app/x/y.py; what tests several modules together is a journey or a contract."""
    assert strays(ROOT / "tests", ROOT / "app") == []


def test_a_stray_test_is_found(tmp_path: Path) -> None:
    """In a folder that is mirrored, in one that is not, and beside a package that holds no code."""
    for module in ("core/ids", "cli/__init__", "reading/__init__"):
        file = tmp_path / "app" / f"{module}.py"
        file.parent.mkdir(parents=True)
        file.write_text('"""A module."""\n' + ("" if "reading" in module else "x = 1\n"), encoding="utf-8")
    tests = ("core/test_ids", "test_cli", "core/test_names", "test_ids", "test_reading", "journeys/test_sdk")
    for test in tests:
        file = tmp_path / "tests" / f"{test}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    assert strays(tmp_path / "tests", tmp_path / "app") == [
        "core/test_names.py",
        "test_ids.py",
        "test_reading.py",
    ]
