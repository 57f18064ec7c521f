"""Bytes to text with pages: plain text is decoded here, everything else in a bounded process of its own."""

import asyncio
import codecs
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.core.errors import InvalidRequest
from app.core.text import clean_text
from app.ingest.chunking import DocumentText, PageSpan

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Text with a structure that is worth reading: left to the parser.
_MARKUP_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".xml", ".eml", ".mbox", ".rtf", ".ipynb", ".svg"})
_BINARY_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_PAGE_BREAK = "\n\n"
# A PDF knows lines, not paragraphs: a line this long that ends without a blank one goes on in the next.
_HYPHENATED = re.compile(r"(?<=[^\W\d_]{2})[-\u00ad]\n(?=[^\W\d_])")
_DOT_LEADER = re.compile(r"(?:[ \t]?[.·…]){5,}")
_WRAPPED_LINE = re.compile(r"(?<=[^\n]{40})\n(?=[^\s\-•*])")


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

    async def extract(self, path: Path, *, filename: str) -> DocumentText:
        """Return the text of the file at `path`; InvalidRequest says why there is none.

        The suffix of `path` helps where the bytes do not tell what they are; `filename` is for messages. Text is cleaned (see clean_text); offsets of
        pages and chunks count code points of the text returned.
        """
        head = await asyncio.to_thread(_read_head, path)
        if is_plain_text(head, path.suffix):
            data = await asyncio.to_thread(path.read_bytes)
            document = DocumentText(await asyncio.to_thread(decode_text, data))
        else:
            document = await self._parse(path, filename)
        if not document.text.strip():
            raise InvalidRequest(
                f"No text was found in {filename!r}. It may be empty, or a scan without a text layer.",
                param="file",
                code="no_text_found",
            )
        return document

    async def _parse(self, path: Path, filename: str) -> DocumentText:
        limits = self._limits
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.ingest.extract_worker", str(path)),
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
        return await asyncio.to_thread(_document, output, filename)


def is_plain_text(head: bytes, suffix: str) -> bool:
    """Whether a file that begins with `head` is text to be decoded as it is. The bytes count more than the name."""
    if head.startswith(_BINARY_SIGNATURES):
        return False
    if head.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return suffix.lower() not in _MARKUP_SUFFIXES
    return b"\x00" not in head and suffix.lower() not in _MARKUP_SUFFIXES


def decode_text(data: bytes) -> str:
    """Return text from bytes: by its byte order mark, else UTF-8, else Windows-1252."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return clean_text(data.decode(encoding, errors="replace"))
    try:
        return clean_text(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean_text(data.decode("cp1252", errors="replace"))


def _read_head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _bare_environment() -> dict[str, str]:
    """Hand the parser no secrets."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ} | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": "/nonexistent",
    }


def _document(output: bytes, filename: str) -> DocumentText:
    answer = orjson.loads(output)
    if reason := answer.get("error"):
        raise _unreadable(filename, reason)

    pages: list[PageSpan] = []
    parts: list[str] = []
    position = 0
    for number, page in enumerate(map(_page_text, answer["pages"]), 1):
        pages.append(PageSpan(number, position, position + len(page)))
        parts.append(page)
        position += len(page) + len(_PAGE_BREAK)
    text = _PAGE_BREAK.join(parts) if pages else clean_text(answer["text"])
    return DocumentText(text, tuple(pages))


def _page_text(raw: str) -> str:
    text = _HYPHENATED.sub("", _DOT_LEADER.sub(" …", clean_text(raw)))
    return _WRAPPED_LINE.sub(" ", text).strip()


def _unreadable(filename: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{filename!r} could not be read: {reason}.", param="file", code="unsupported_file")
