"""footnote eval."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import console
from app.evaluation import report
from app.evaluation.client import EvaluatedService
from app.evaluation.collections import Collection, read_collection
from app.evaluation.runs import RunResult, evaluate

_MODES = ("hybrid", "semantic", "lexical")


def evaluate_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A collection with judgements.")
    ],
    base_url: Annotated[str, typer.Option(help="The service to judge.")] = "http://127.0.0.1:8000/v1",
    api_key: Annotated[str, typer.Option(help="Its key.")] = "any",
    mode: Annotated[
        list[str] | None, typer.Option(help="hybrid, semantic or lexical; all without it.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=50, help="How many documents count.")] = 10,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at once.")] = 1,
    save: Annotated[Path | None, typer.Option(help="Write the result to this file.")] = None,
    compare: Annotated[Path | None, typer.Option(help="Show the differences to a saved result.")] = None,
    tolerance: Annotated[float, typer.Option(help="How far a compared measure may fall.")] = 0.01,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the store that was made.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Judge a running service's search on a collection of your own; exit 1 when it fell behind a saved result."""
    earlier = report.load(compare) if compare else {}
    collection = read_collection(folder)
    service = EvaluatedService(base_url, api_key, concurrency=concurrency)
    result = asyncio.run(_evaluate(service, collection, mode or list(_MODES), k=k, keep=keep))
    console.print(report.table(result, earlier))
    for entry in result.modes if earlier else ():
        better, worse = report.changes(entry, earlier)
        console.print(f"{entry.mode}: {better} queries better, {worse} worse")
    if result.kept_store_id:
        console.print(f"kept: {result.kept_store_id}", highlight=False)
    if save:
        report.save(result, save)
    sys.exit(report.has_fallen(result, earlier, tolerance=tolerance))


async def _evaluate(
    service: EvaluatedService, collection: Collection, modes: list[str], *, k: int, keep: bool
) -> RunResult:
    async with service:
        return await evaluate(service, collection, modes, k=k, keep=keep)
