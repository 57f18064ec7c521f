"""The reading process and its children: limits, deaths and answers."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.core.errors import InvalidRequest
from app.ingest.extract import ExtractLimits, Extractor
from app.ingest.readers import Readers
from tests.processes import wait_until
from tests.reading.sources import lines_at, make_docx, make_pdf, make_zip

PDF = make_pdf(lines_at("The gondola runs every twelve minutes."))


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    extractor = Extractor()
    yield extractor
    await extractor.aclose()


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def test_files_are_read_one_after_another_by_one_process(extractor: Extractor, tmp_path: Path) -> None:
    """Each gets a child of its own; the process stays."""
    before = set(reading_processes())
    docx = make_docx(lambda document: document.add_paragraph("The boat is repainted."))
    for name, data, words in (("a.pdf", PDF, "gondola"), ("b.docx", docx, "repainted")):
        read = await extractor.extract(put(tmp_path, name, data), filename=name)
        with read.open() as opened:
            text = opened.read()
        assert words in text
        assert read.characters == len(text)

    assert len(set(reading_processes()) - before) == 1


async def test_a_killed_process_is_started_again(extractor: Extractor, tmp_path: Path) -> None:
    """Who kills the reading process loses nothing but a little time."""
    before = set(reading_processes())
    await extractor.extract(put(tmp_path, "a.pdf", PDF), filename="a.pdf")
    for process in set(reading_processes()) - before:
        os.kill(process, signal.SIGKILL)

    assert (await extractor.extract(put(tmp_path, "b.pdf", PDF), filename="b.pdf")).characters > 10


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (ExtractLimits(memory_bytes=300 * 1024**2), "memory"),
        (ExtractLimits(wall_seconds=0.05), "longer than 0.05 seconds"),
    ],
)
async def test_limits_end_the_child_with_a_reason(limits: ExtractLimits, reason: str, tmp_path: Path) -> None:
    """A file that takes too much is refused; the next one is read."""
    heavy = make_zip([(f"{number}.csv", os.urandom(500_000).hex().encode()) for number in range(40)])
    extractor = Extractor(limits)
    try:
        with pytest.raises(InvalidRequest, match=reason):
            await extractor.extract(put(tmp_path, "a.zip", heavy), filename="a.zip")
    finally:
        await extractor.aclose()


async def test_a_large_table_is_read_in_little_memory(tmp_path: Path) -> None:
    """Row by row: the file and its text are larger than the memory that its reader has left."""
    rows = "".join(f"R{number};{'geprüft ' * 250}\n" for number in range(20_000))
    extractor = Extractor(ExtractLimits(memory_bytes=600 * 1024**2))
    try:
        read = await extractor.extract(
            put(tmp_path, "a.csv", f"Report\n\nPart;Note\n{rows}".encode("cp1252")), filename="a.csv"
        )
    finally:
        await extractor.aclose()

    assert (read.characters, read.header_line) == (len(f"Report\nPart;Note\n{rows}") - 1, 1)


async def test_who_gives_up_ends_the_child(tmp_path: Path) -> None:
    """A cancelled reading leaves no process behind."""
    before = set(all_reading_processes())
    readers = Readers()
    heavy = make_zip([(f"{number}.csv", os.urandom(900_000).hex().encode()) for number in range(60)])
    path = put(tmp_path, "a.zip", heavy)
    limits = {"wall_seconds": 60, "cpu_seconds": 60, "memory_bytes": 2 * 1024**3}
    bounds = {"max_inflated_bytes": 200 * 1024**2, "max_pages": 10}
    request = {"path": str(path), "target": str(tmp_path / "text"), **limits, **bounds}

    def are_there(count: int) -> bool:
        return len(set(all_reading_processes()) - before) == count

    try:
        reading = asyncio.create_task(readers.read(request, wall_seconds=60))
        assert await asyncio.to_thread(wait_until, lambda: are_there(2)), "the process and its child"
        reading.cancel()
        assert await asyncio.to_thread(wait_until, lambda: are_there(1), 20)
    finally:
        await readers.aclose()


async def test_the_parsers_see_no_secrets(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading process has none of the server's environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-server")
    before = set(reading_processes())
    await extractor.extract(put(tmp_path, "a.pdf", PDF), filename="a.pdf")

    (process,) = set(reading_processes()) - before
    assert b"sk-secret" not in environment(process)


def environment(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def reading_processes() -> list[int]:
    """Return the reading processes that this process has started."""
    return [process for process, parent in _readers() if parent == os.getpid()]


def all_reading_processes() -> list[int]:
    """Return the same with their children."""
    own = reading_processes()
    return own + [process for process, parent in _readers() if parent in own]


def _readers() -> Iterator[tuple[int, int]]:
    """Yield every reading process of this machine and its parent."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                command = (folder / "cmdline").read_bytes()
                stat = (folder / "stat").read_text(encoding="utf-8")
            except OSError:
                continue
            if b"app.reading.server" in command:
                yield int(folder.name), int(stat.rpartition(")")[2].split()[1])
