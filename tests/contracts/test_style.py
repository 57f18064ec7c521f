"""Rules of style that no linter checks: short functions, and broad excepts only where everything must be caught."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.text import KEPT_WORDS

ROOT = Path(__file__).parents[2]
LONGEST_FUNCTION = 60
BROAD = frozenset({"Exception", "BaseException"})
# Each of them logs the traceback, or hands the error on to be settled. Elsewhere the class is named that can come.
MAY_CATCH_ALL = {
    "access/rate_limits.py:run": "a loop that writes usage down: it lives as long as the server",
    "api/middleware.py:__call__": "the last handler: an unforeseen error is a 500 with a log line",
    "api/answers.py:frames": "the edge of streams: after the first word an error can only be a frame",
    "cli/index.py:_reporting": "upkeep by hand: the stores after one that fails have their turn",
    "ingest/queued.py:_attempt": "whatever a file does to its reader, those that were claimed with it go on",
    "jobs/worker.py:_failures": "the worker: whatever a file does to its reader, its job is settled",
    "jobs/worker.py:_work": "the worker's loop: it lives as long as the server",
    "mcp/server.py:answer": "the last handler of MCP: the SDK would send an unforeseen error's own words",
    "upkeep/rounds.py:going_on": "loops of upkeep: they live as long as the server, and what comes after a failure has its turn",
}

# Times that end something are set and judged by the database's clock (`db/clock.py`). These ask our own for another reason.
MAY_ASK_OUR_CLOCK = {
    "access/limit_storage.py": "the store of limits counts by this clock",
    "answering/chat_completions.py": "`created` of an answer that is not stored",
    "answering/completions.py": "`created` of an answer that is not stored",
    "answering/responding.py": "`created_at` of an answer that may not be stored",
    "answering/responses.py": "`completed_at` of an answer that may not be stored",
    "core/ids.py": "whether a record may still be on its way",
    "db/connections.py": "for as long as PostgreSQL has not said its time",
    "postgres/keeper.py": "lines of its log",
    "retrieval/documents.py": "which day a question means by yesterday",
    "searching/conversations.py": "which day a question means by yesterday",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def too_long(tree: ast.AST) -> list[str]:
    """Return the functions of more lines than a reader holds in view."""
    return [
        function.name
        for function in functions(tree)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]


def catching_all(tree: ast.AST, function: str = "") -> Iterator[str]:
    """Yield the name of the innermost function round each place that catches whatever is raised."""
    for node in ast.iter_child_nodes(tree):
        if catches_all(node):
            yield function
        yield from catching_all(node, node.name if isinstance(node, Function) else function)


def catches_all(node: ast.AST) -> bool:
    """Whether this is a bare except, one of Exception or BaseException, or a suppress of them."""
    match node:
        case ast.ExceptHandler(type=None):
            return True
        case ast.ExceptHandler(type=ast.expr() as caught):
            return names_broad(caught)
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=suppressed):
            return any(names_broad(argument) for argument in suppressed)
        case _:
            return False


def names_broad(caught: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id in BROAD for node in ast.walk(caught))


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.AST]:
    """Each module of the code, parsed."""
    code = ROOT / "app"
    return {
        str(path.relative_to(code)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(code.rglob("*.py"))
    }


def test_no_function_is_too_long(trees: dict[str, ast.AST]) -> None:
    """A function is one thought."""
    assert [f"{path}:{name}" for path, tree in trees.items() for name in too_long(tree)] == []


def test_errors_are_caught_by_their_class(trees: dict[str, ast.AST]) -> None:
    """The list is exact: an entry that nothing needs any more goes."""
    found = [f"{path}:{name}" for path, tree in trees.items() for name in catching_all(tree)]

    assert sorted(found) == sorted(MAY_CATCH_ALL)


@pytest.mark.parametrize(
    "caught", ["except:", "except Exception:", "except (ValueError, BaseException) as error:"]
)
def test_a_planted_broad_except_is_found(caught: str) -> None:
    """However it is written, in the function that it stands in."""
    planted = f"def outer():\n  def inner():\n    try:\n      f()\n    {caught}\n      pass\n"

    assert list(catching_all(ast.parse(planted))) == ["inner"]
    assert list(catching_all(ast.parse("with contextlib.suppress(Exception): f()"))) == [""]
    assert list(catching_all(ast.parse("try: f()\nexcept ValueError: pass"))) == []


def test_a_planted_long_function_is_found() -> None:
    """Sixty lines are the most."""
    body = "    f()\n" * LONGEST_FUNCTION

    assert too_long(ast.parse(f"async def planted():\n{body}")) == ["planted"]
    assert too_long(ast.parse(f"def planted():\n{body[8:]}")) == []


def test_the_pure_cores_are_there() -> None:
    """A core that is renamed would silently leave the coverage gate."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (named,) = re.findall(r"^CORES := ((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    cores = named.replace("\\\n", " ").split()

    assert len(cores) > 10
    assert [core for core in cores if not (ROOT / core).is_file()] == []


def asks_our_clock(tree: ast.AST) -> bool:
    """Whether the time of day is asked of Python."""
    asking = (
        "datetime.now",
        "dt.datetime.now",
        "datetime.utcnow",
        "date.today",
        "time.time",
        "time.time_ns",
        "time.gmtime",
    )
    return any(isinstance(node, ast.Call) and ast.unparse(node.func) in asking for node in ast.walk(tree))


def test_one_clock_says_what_has_expired() -> None:
    """Two clocks differ: what one calls expired the other would still serve."""
    asking = {
        str(file.relative_to(ROOT / "app"))
        for file in (ROOT / "app").rglob("*.py")
        if asks_our_clock(ast.parse(file.read_text(encoding="utf-8")))
    }

    assert asking == set(MAY_ASK_OUR_CLOCK)


def cache_sizes(tree: ast.AST) -> Iterator[str]:
    """Yield the size of each `lru_cache` as it is written."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="lru_cache"), keywords=[ast.keyword(arg="maxsize", value=size)]):
                yield ast.unparse(size).replace("_", "")
            case _:
                pass


def test_no_cache_grows_for_days() -> None:
    """A server that serves all kinds of texts fills them all, and its memory grows for as long as that takes."""
    sizes = {
        size
        for file in (ROOT / "app").rglob("*.py")
        for size in cache_sizes(ast.parse(file.read_text(encoding="utf-8")))
    }

    assert "KEPTWORDS" in sizes
    assert max(int(size) for size in sizes if size.isdecimal()) <= KEPT_WORDS
