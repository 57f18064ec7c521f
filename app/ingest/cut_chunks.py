"""A text's chunks, all cut before the first is embedded, so that their number is known. They wait on disk in groups."""

from collections.abc import Generator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import orjson

from app.ingest.chunking import ChunkSpan


class CutChunks:
    """Chunks in order, `group` of them in memory at a time. `total` counts those that are cut. One group needs no `path`."""

    def __init__(self, path: Path | None, spans: Generator[ChunkSpan, None, None], *, group: int) -> None:
        self._path = path
        self._spans = spans
        self._group = group
        self._first: list[ChunkSpan] = []
        self._taken = self._read_to = 0
        self.total = 0
        self.may_have_more = True

    def cut_some(self) -> None:
        """Cut the next group; `may_have_more` says whether more may be left."""
        group = list(islice(self._spans, self._group))
        if self.total == 0:
            self._first = group
        elif group:
            assert self._path is not None, "there is more than a group"
            with self._path.open("ab") as file:
                file.write(orjson.dumps([asdict(span) for span in group]) + b"\n")
        self.total += len(group)
        self.may_have_more = len(group) == self._group

    def take(self) -> list[ChunkSpan]:
        """Return the next group of what was cut; none when all were taken."""
        group, self._first = self._first, []
        if not group and self._taken < self.total:
            group = self._read()
        self._taken += len(group)
        return group

    def close(self) -> None:
        """Let go of the text."""
        self._spans.close()

    def _read(self) -> list[ChunkSpan]:
        assert self._path is not None, "there is more than a group"
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            spans = [ChunkSpan(**span) for span in orjson.loads(file.readline())]
            self._read_to = file.tell()
        return spans
