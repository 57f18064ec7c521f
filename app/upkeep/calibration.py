"""How many lists of an IVFFlat index a search must read, found by measuring: recall first, then whether it pays. Pure."""

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.db.index_samples import Answers

TARGET_RECALL = 0.97
# This many real queries say more about the recall that people get than stored chunks do. Fewer do not.
LEAST_QUERIES = 30

Ask = Callable[[int], Awaitable[Answers]]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`recall` of the exact top ten at `probes`; `gain` is how many times faster than a scan it is."""

    probes: int
    recall: float
    gain: float


async def calibrate(
    truth: Answers, scan: Answers, ask: Ask, *, lists: int, pinned: int | None
) -> Calibration:
    """Return the fewest probes with the target recall, or the pinned ones.

    `truth` are the nearest of the same queries that `ask` answers, `scan` what a search without the index takes.
    """
    for probes in [min(pinned, lists)] if pinned else ladder(lists):
        answers = await ask(probes)
        recall = recall_of(answers.keys, truth.keys)
        if recall >= TARGET_RECALL:
            break
    gain = statistics.median(scan.seconds) / statistics.median(answers.seconds)
    return Calibration(probes, recall, gain)


def ladder(lists: int) -> list[int]:
    """Return the numbers of probes to try, each a third more than the one before, up to all lists."""
    steps = [1]
    while steps[-1] < lists:
        steps.append(min(lists, max(steps[-1] + 1, round(steps[-1] * 4 / 3))))
    return steps


def recall_of(
    found: Sequence[frozenset[tuple[int, ...]]], truth: Sequence[frozenset[tuple[int, ...]]]
) -> float:
    """Return the share of the true neighbours that were found."""
    wanted = sum(map(len, truth))
    return sum(len(ours & true) for ours, true in zip(found, truth, strict=True)) / wanted if wanted else 1.0
