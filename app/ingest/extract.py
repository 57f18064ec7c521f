"""Bytes to text with pages, on disk: plain text is decoded here, everything else in a bounded process of its own."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.core.errors import InvalidRequest
from app.ingest.plain_text import NotText, is_plain_text, write_plain_text


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Where a page's text lies in the document's text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """A file's text: UTF-8 at `path`, cleaned (see clean_text), and its pages if it has any.

    Offsets of pages and chunks count code points of this text. `warnings` say to a person what of the file could not be
    read, such as pages without text.
    """

    path: Path
    characters: int
    pages: tuple[PageSpan, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractLimits:
    """What reading one file may cost."""

    wall_seconds: float = 120
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    max_inflated_bytes: int = 200 * 1024**2
    max_pages: int = 2_000


class Extractor:
    """Reads files. A hostile or broken one costs its process, never the server."""

    def __init__(self, limits: ExtractLimits | None = None) -> None:
        self._limits = limits or ExtractLimits()

    async def extract(self, path: Path, *, filename: str) -> ExtractedText:
        """Write the text of the file at `path` beside it and return it; InvalidRequest says why there is none.

        The suffix of `path` helps where the bytes do not tell what they are; `filename` is for messages.
        """
        target = path.with_name(f"{path.name}.text")
        if await asyncio.to_thread(is_plain_text, path):
            try:
                await asyncio.to_thread(write_plain_text, path, target)
            except NotText as error:
                raise _unreadable(filename, str(error)) from error
            pages: tuple[PageSpan, ...] = ()
        else:
            pages = await self._parse(path, target, filename)
        characters, is_blank = await asyncio.to_thread(_measure, target)
        if is_blank:
            raise InvalidRequest(
                f"No text was found in {filename!r}. It may be empty, or a scan without a text layer.",
                param="file",
                code="no_text_found",
            )
        return ExtractedText(target, characters, pages)

    async def _parse(self, path: Path, target: Path, filename: str) -> tuple[PageSpan, ...]:
        limits = self._limits
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.ingest.extract_worker", str(path), str(target)),
            *(str(limits.cpu_seconds), str(limits.memory_bytes)),
            *(str(limits.max_inflated_bytes), str(limits.max_pages)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_bare_environment(),
        )
        try:
            async with asyncio.timeout(limits.wall_seconds):
                output, _ = await process.communicate()
        except TimeoutError:
            raise _unreadable(
                filename, f"reading it took longer than {limits.wall_seconds:g} seconds"
            ) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

        if process.returncode != 0:
            raise _unreadable(filename, "its reader ran out of memory or time, or broke")
        answer = orjson.loads(output)
        if reason := answer.get("error"):
            raise _unreadable(filename, reason)
        return tuple(PageSpan(*page) for page in answer["pages"])


def _measure(path: Path) -> tuple[int, bool]:
    """Return how many characters the text has, and whether all of them are white space."""
    characters, is_blank = 0, True
    with path.open(encoding="utf-8", newline="") as text:
        while piece := text.read(1024 * 1024):
            characters += len(piece)
            is_blank = is_blank and not piece.strip()
    return characters, is_blank


def _bare_environment() -> dict[str, str]:
    """Hand the parser no secrets."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ} | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": "/nonexistent",
    }


def _unreadable(filename: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{filename!r} could not be read: {reason}.", param="file", code="unsupported_file")
