"""Chunks that are cut ahead: their number is known before the first is used, and they come in order."""

from pathlib import Path

import pytest

from app.ingest.chunking import ChunkSpan
from app.ingest.cut_chunks import CutChunks


@pytest.mark.parametrize("count", [0, 1, 3, 4, 8, 9])
def test_all_are_counted_and_come_in_order(tmp_path: Path, count: int) -> None:
    """Whatever their number is to the size of a group."""
    spans = [ChunkSpan(f"Größe {n}.\n", 10 * n, 10 * n + 9, page=n, heading="Leave") for n in range(count)]
    cut = CutChunks(tmp_path / "cut", (span for span in spans), group=4)

    while cut.may_have_more:
        cut.cut_some()
    total = cut.total
    groups = []
    while group := cut.take():
        groups.append(group)

    assert total == count
    assert [span for group in groups for span in group] == spans
    assert all(len(group) <= 4 for group in groups)
