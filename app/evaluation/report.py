"""An evaluation as a table, saved, and compared with an earlier one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from app.core.errors import InvalidRequest
from app.evaluation.runs import ModeResult, RunResult

_MISSING_SHOWN = 5


def save(result: RunResult, path: Path) -> None:
    """Write a result as JSON."""
    path.write_text(json.dumps(result.as_json(), indent=1), encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """Return a saved result's modes by name; InvalidRequest when it is none."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        return {mode["mode"]: mode for mode in saved["modes"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(f"{path.name} is not a saved evaluation.") from error


def table(result: RunResult, earlier: Mapping[str, Any]) -> Table:
    """Return a row for each mode that was answered; with an earlier result, also the differences from it."""
    names = list(result.answered[0].measures) if result.answered else []
    shown = Table(
        "mode", *names, "p50 ms", "p95 ms", title=f"{result.collection}: {_queries(result)} queries"
    )
    for mode in result.answered:
        before = earlier.get(mode.mode, {}).get("measures", {})
        cells = [_cell(value, before.get(name)) for name, value in mode.measures.items()]
        shown.add_row(mode.mode, *cells, f"{mode.p50_ms:.0f}", f"{mode.p95_ms:.0f}")
    return shown


def remarks(result: RunResult) -> list[str]:
    """Return the remarks below the table: refused modes, judged documents that are missing, a kept store."""
    said = [f"{mode.mode} was refused: {mode.refusal}" for mode in result.modes if mode.refusal is not None]
    if result.missing:
        some = ", ".join(result.missing[:_MISSING_SHOWN])
        said.append(f"judged documents that the store lacks: {len(result.missing)}, as {some}")
    if result.kept_store_id:
        said.append(f"kept: {result.kept_store_id}")
    return said


def changes(mode: ModeResult, earlier: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many queries got better and worse than in the earlier result."""
    before = earlier.get(mode.mode, {}).get("by_query", {})
    pairs = [(value, before[key]) for key, value in mode.by_query.items() if key in before]
    return sum(new > old for new, old in pairs), sum(new < old for new, old in pairs)


def has_fallen(result: RunResult, earlier: Mapping[str, Any], *, tolerance: float) -> bool:
    """Whether a mode's first measure fell by more than the tolerance; InvalidRequest when none can be compared."""
    falls = []
    for mode in result.answered:
        name = next(iter(mode.measures))
        before = earlier.get(mode.mode, {}).get("measures", {}).get(name)
        if before is not None:
            falls.append(before - mode.measures[name])
    if earlier and not falls:
        raise InvalidRequest("The saved evaluation has no mode and measure in common with this one.")
    return any(fall > tolerance for fall in falls)


def _queries(result: RunResult) -> int:
    return len(result.answered[0].by_query) if result.answered else 0


def _cell(value: float, before: float | None) -> str:
    return f"{value:.4f}" if before is None else f"{value:.4f} ({value - before:+.4f})"
