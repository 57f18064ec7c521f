"""Bytes to text with pages, on disk unless it is small: plain text is decoded here, everything else in bounded processes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

from app.core.errors import InvalidRequest
from app.ingest.plain_text import NotText, is_plain, is_plain_text, plain_text, write_plain_text
from app.ingest.readers import ReaderDied, Readers
from app.ingest.threads import in_thread
from app.reading.pages import PageSpan

_BLANK_HINT = "It may be empty, or a scan without a text layer."


_MARKDOWN = frozenset([".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"])


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """A file's text, cleaned (see clean_text), and its pages if it has any. It is UTF-8 at `path`, or `text` without one.

    Offsets of pages and chunks count code points of this text. `warnings` tell a person what of the file could not be
    read, such as pages without text. Where the text is itself a table, its rows are the lines from `header_line` on,
    the first `header_height` of them its header. `is_markdown` is what its name says.
    """

    path: Path | None
    characters: int
    pages: tuple[PageSpan, ...] = ()
    warnings: tuple[str, ...] = ()
    header_line: int | None = None
    header_height: int = 1
    text: str = ""
    is_markdown: bool = False

    def open(self) -> TextIO:
        """Open the text to read it from its beginning."""
        if self.path is None:
            return StringIO(self.text, newline="")
        return self.path.open(encoding="utf-8", newline="")


@dataclass(frozen=True, slots=True)
class ExtractLimits:
    """What reading one file may cost."""

    wall_seconds: float = 120
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    max_inflated_bytes: int = 200 * 1024**2
    max_pages: int = 2_000


class Extractor:
    """Reads files. A hostile or broken file can end its reading process, never the server."""

    def __init__(self, limits: ExtractLimits | None = None) -> None:
        self._limits = limits or ExtractLimits()
        self._readers = Readers()

    async def extract(self, path: Path, *, filename: str) -> ExtractedText:
        """Write the text of the file at `path` into the same folder and return it; InvalidRequest says why there is none.

        `filename` helps where the bytes do not tell what they are.
        """
        target = path.with_name(f"{path.name}.text")
        answer: dict[str, Any] = {"pages": (), "warnings": (), "header_line": None, "header_height": 1}
        try:
            measured = await in_thread(_read_plain, path, target)
        except NotText as error:
            raise _unreadable(filename, str(error)) from error
        if measured is None:
            answer = await self._parse(path, target, filename)
            measured = await in_thread(_measure, target)
        characters, is_blank = measured
        if is_blank:
            raise _blank(filename, answer["warnings"])
        pages = tuple(PageSpan(*page) for page in answer["pages"])
        warnings = tuple(answer["warnings"])
        return ExtractedText(
            target,
            characters,
            pages,
            warnings,
            answer["header_line"],
            answer["header_height"],
            is_markdown=path.suffix.lower() in _MARKDOWN,
        )

    def extract_small(self, data: bytes, *, filename: str, suffix: str) -> ExtractedText | None:
        """Return the text of a small file's bytes, without a file for it; None if they are no plain text.

        It is not awaited: whoever answers meanwhile calls it in a thread.
        """
        if not is_plain(suffix, data):
            return None
        try:
            text = plain_text(data)
        except NotText as error:
            raise _unreadable(filename, str(error)) from error
        if not text or text.isspace():
            raise _blank(filename)
        return ExtractedText(None, len(text), text=text, is_markdown=suffix in _MARKDOWN)

    async def aclose(self) -> None:
        """End the process that reads files."""
        await self._readers.aclose()

    async def _parse(self, path: Path, target: Path, filename: str) -> dict[str, Any]:
        limits = self._limits
        request = {"path": str(path), "target": str(target), **asdict(limits)}
        try:
            answer = await self._readers.read(request, wall_seconds=limits.wall_seconds)
        except TimeoutError:
            raise _unreadable(
                filename, f"reading it took longer than {limits.wall_seconds:g} seconds"
            ) from None
        except ReaderDied:
            raise _unreadable(filename, "its reader ran out of memory or time, or broke") from None
        if reason := answer.get("error"):
            raise _unreadable(filename, reason)
        return answer


def _read_plain(path: Path, target: Path) -> tuple[int, bool] | None:
    """Write a plain text's text and measure it; None for a file that is none."""
    if not is_plain_text(path):
        return None
    write_plain_text(path, target)
    return _measure(target)


def _measure(path: Path) -> tuple[int, bool]:
    """Return how many characters the text has, and whether all of them are white space."""
    characters, is_blank = 0, True
    with path.open(encoding="utf-8", newline="") as text:
        while piece := text.read(1024 * 1024):
            characters += len(piece)
            is_blank = is_blank and not piece.strip()
    return characters, is_blank


def _blank(filename: str, warnings: Sequence[str] = ()) -> InvalidRequest:
    message = " ".join((f"No text was found in {filename!r}.", *warnings, _BLANK_HINT))
    return InvalidRequest(message, param="file", code="no_text_found")


def _unreadable(filename: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{filename!r} could not be read: {reason}.", param="file", code="unsupported_file")
