"""What reading files costs: small ones against an interpreter a file, large ones in seconds and memory.

    python -m benchmarks.reading [--files 200]

Makes its files itself. Prints a line for the small files (files a second by the reading process, over those of a process
that is started and loads the parsers for each file, as was done before), a line for the same files taken in by a server
(uploads and one batch, until all are searchable, over as long as the server takes for the same texts as .txt files and an
interpreter for each file takes to read them), and a line for each large one (seconds, and the peak memory of the process
that read it).
"""

import argparse
import asyncio
import io
import mailbox
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import docx
import openai
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from app.ingest.extract import Extractor
from benchmarks.service import running

_AT_ONCE = 2
# As many tell what an interpreter costs.
_ALONE_FILES = 40
# Left at once: the parser's threads do not always outlive the interpreter in peace.
_ALONE = """
import os, sys
from pathlib import Path
from app.reading.server import _answer
path = Path(sys.argv[1])
target = path.with_suffix(".text")
_answer({"path": str(path), "target": str(target), "max_inflated_bytes": 200 * 1024**2, "max_pages": 2000})
# ru_maxrss would count what the process that started this one held before.
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(target.stat().st_size, int(peak) // 1024, flush=True)
os._exit(0)
"""


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = _write_small(folder, arguments.files)
        by_fork = asyncio.run(_measure(small, _by_fork))
        some = small[:_ALONE_FILES]
        alone = asyncio.run(_measure(some, _by_interpreter)) * len(small) / len(some)
        now, as_text = _by_batch(small)
        _print("by batch before/now", now, as_text + alone, len(small))
        _print("small interpreter/fork", by_fork, alone, len(small))
        for what, write in _LARGE.items():
            _measure_large(what, folder, write)


def _print(what: str, now: float, before: float, files: int) -> None:
    print(f"{what}={before / now:.1f} files={files} ({files / now:.1f} / {files / before:.1f} files/s)")


async def _measure(paths: list[Path], read_all: Callable[[list[Path]], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await read_all(paths)
    return time.perf_counter() - started


async def _by_fork(paths: list[Path]) -> None:
    extractor = Extractor()
    try:
        await asyncio.gather(*(extractor.extract(path, filename=path.name) for path in paths))
    finally:
        await extractor.aclose()


async def _by_interpreter(paths: list[Path]) -> None:
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(path: Path) -> None:
        async with turn:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _ALONE, str(path)), stdout=asyncio.subprocess.DEVNULL
            )
            if code := await process.wait():
                raise SystemExit(f"{path} could not be read: {code}")

    await asyncio.gather(*map(one, paths))


def _by_batch(paths: list[Path]) -> tuple[float, float]:
    """Return the seconds in which a server takes in files by batch: these, and their texts alone."""
    texts = [path.with_suffix(".txt") for path in paths]
    for path, text in zip(paths, texts, strict=True):
        text.write_bytes(path.with_suffix(f"{path.suffix}.text").read_bytes())
    with running() as service, openai.OpenAI(base_url=service.v1, api_key="any") as client:
        # The first file starts the reading process.
        _take_in(client, paths[:2])
        return _take_in(client, paths), _take_in(client, texts)


def _take_in(client: openai.OpenAI, paths: list[Path]) -> float:
    store = client.vector_stores.create().id
    started = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda path: client.files.create(file=path, purpose="assistants").id, paths))
    batch = client.vector_stores.file_batches.create_and_poll(store, file_ids=ids, poll_interval_ms=100)
    if batch.file_counts.completed != len(paths):
        raise SystemExit(f"not all files were read: {batch.file_counts}")
    return time.perf_counter() - started


def _measure_large(what: str, folder: Path, write: Callable[[Path], Path]) -> None:
    path = write(folder)

    async def alone() -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _ALONE, str(path)), stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        return output

    started = time.perf_counter()
    size, peak = asyncio.run(alone()).split()
    seconds = time.perf_counter() - started
    print(
        f"{what}: {path.stat().st_size // 1024} kB, {int(size):,} bytes of text, {seconds:.1f} s, peak {int(peak)} MiB"
    )


def _write_small(folder: Path, count: int) -> list[Path]:
    paths = []
    for number in range(count):
        path = folder / f"{number}.{'docx' if number % 2 else 'pdf'}"
        if number % 2:
            document = docx.Document()
            document.add_heading(f"Notice {number}", 1)
            document.add_paragraph(f"The boiler of house {number} is serviced every spring. " * 10)
            document.save(str(path))
        else:
            path.write_bytes(_pdf(1, f"Notice {number}"))
        paths.append(path)
    return paths


def _pdf(pages: int, title: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in range(pages):
        for line in range(45):
            canvas.drawString(
                60, 780 - 16 * line, f"{title}: line {line} of page {page} says what there is to say."
            )
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _write_pdf(folder: Path) -> Path:
    path = folder / "large.pdf"
    path.write_bytes(_pdf(300, "Manual"))
    return path


def _write_sheet(folder: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Stock")
    sheet.append(["Part", "Depot", "Count", "Price", "Note"])
    for number in range(30_000):
        sheet.append(
            [f"R{number:06}", f"Depot {number % 40}", number % 900, number / 7, "checked by the night shift"]
        )
    path = folder / "large.xlsx"
    book.save(path)
    return path


def _write_mailbox(folder: Path) -> Path:
    path = folder / "large.mbox"
    with closing(mailbox.mbox(path)) as box:
        for number in range(500):
            message = EmailMessage()
            message["Subject"] = f"Report {number}"
            message["From"] = "mira@vale.example"
            message.set_content(f"The report of day {number} says that all is well in the yard.\n" * 20)
            message.add_attachment(f"Serial number LT-{number}", filename=f"part-{number}.txt")
            box.add(message)
    return path


def _write_table(folder: Path) -> Path:
    path = folder / "large.csv"
    with path.open("w", encoding="cp1252") as file:
        file.write("Part;Depot;Count;Note\n")
        for number in range(2_000_000):
            file.write(f"R{number:07};Depot {number % 40};{number % 900};geprüft von der Nachtschicht\n")
    return path


_LARGE = {
    "300 pages of PDF": _write_pdf,
    "30,000 rows of XLSX": _write_sheet,
    "500 messages": _write_mailbox,
    "2,000,000 rows of CSV": _write_table,
}


if __name__ == "__main__":
    main()
