"""footnote eval."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.later import later
from app.cli.output import Output, console
from app.cli.remote import AsJson, Quiet, print_json

if TYPE_CHECKING:
    import asyncio

    from app.evaluation import client, collections, report, runs
else:
    asyncio = later("asyncio")
    client = later("app.evaluation.client")
    collections = later("app.evaluation.collections")
    report = later("app.evaluation.report")
    runs = later("app.evaluation.runs")

_MODES = ("hybrid", "semantic", "lexical")


def evaluate_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A collection with judgements.")
    ],
    base_url: Annotated[str, typer.Option(help="The service to judge.")] = "http://127.0.0.1:8000/v1",
    api_key: Annotated[str, typer.Option(help="Its key.")] = "any",
    store: Annotated[
        str | None,
        typer.Option(
            help="Id or name of a store that is there: nothing is loaded or deleted, and the judgements' document ids "
            "are filenames or file ids (in questions.jsonl, filenames without suffix or file ids)."
        ),
    ] = None,
    mode: Annotated[
        list[str] | None, typer.Option(help="hybrid, semantic or lexical; all without it.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=50, help="How many documents count.")] = 10,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at once.")] = 1,
    save: Annotated[Path | None, typer.Option(help="Write the result to this file.")] = None,
    compare: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Show the differences to a saved result."),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="How far a compared measure may fall.")] = 0.01,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the store that was made.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Measure a running service's search on a collection of your own.

    Exit 1 when the result is worse than the saved one, or when the service refused a mode.
    """
    if save and not save.parent.is_dir():
        # Said before anything is measured, because the result would be lost.
        raise typer.BadParameter(f"There is no folder {str(save.parent)!r}.", param_hint="--save")
    earlier = report.load(compare) if compare else {}
    collection = collections.read_collection(folder, is_loaded=store is not None)
    service = client.EvaluatedService(base_url, api_key, concurrency=concurrency)
    _interrupt_on_termination()
    result = asyncio.run(_evaluate(service, collection, mode or list(_MODES), k=k, keep=keep, store=store))
    _show(result, earlier, Output(as_json, quiet))
    if save:
        report.save(result, save)
    refused = len(result.answered) < len(result.modes)
    sys.exit(refused or report.has_fallen(result, earlier, tolerance=tolerance))


def _interrupt_on_termination() -> None:
    """Let SIGTERM do what an interrupt does: what was loaded is cleared up on the way out."""

    def interrupt(_number: int, _frame: object) -> None:
        # Commands in the background of a script ignore interrupts.
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, interrupt)


async def _evaluate(
    service: "client.EvaluatedService",
    collection: "collections.Collection",
    modes: list[str],
    *,
    k: int,
    keep: bool,
    store: str | None,
) -> "runs.RunResult":
    async with service:
        if store is not None:
            return await runs.evaluate_store(service, collection, modes, store=store, k=k)
        return await runs.evaluate(service, collection, modes, k=k, keep=keep)


def _show(result: "runs.RunResult", earlier: Mapping[str, Any], output: Output) -> None:
    if output.as_json:
        print_json(result.as_json())
    if not output.is_for_people:
        return
    console().print(report.table(result, earlier))
    for entry in result.answered if earlier else ():
        better, worse = report.changes(entry, earlier)
        console().print(f"{entry.mode}: {better} queries better, {worse} worse")
    for sentence in report.remarks(result):
        console().print(sentence, markup=False, soft_wrap=True)
