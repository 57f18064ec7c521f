"""The process that parses one file: limits itself, reads, prints JSON, ends. Run as `python -m`, never imported."""

import contextlib
import re
import resource
import sys
import zipfile
from pathlib import Path

import orjson

from app.core.text import clean_text

_ZIP_MAX_ENTRIES = 10_000
_ZIP_MAX_RATIO = 200
_HEAD_BYTES = 1024 * 1024
_GENERIC_TYPES = frozenset({"application/zip", "application/octet-stream", "text/plain"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# The page's <meta> fields, which the parser puts before its text.
_FRONT_MATTER = re.compile(r"\A---\n+(?:(?:## )?[\w:.-]+: [^\n]*\n+)+(?:---\n+)?")
_WITHOUT_TEXT = ("image/", "audio/", "video/")
_PAGE_BREAK = "\n\n"
# A PDF knows lines, not paragraphs: a line this long that ends without a blank one goes on in the next.
_HYPHENATED = re.compile(r"(?<=[^\W\d_]{2})[-\u00ad]\n(?=[^\W\d_])")
_DOT_LEADER = re.compile(r"(?:[ \t]?[.·…]){5,}")
_WRAPPED_LINE = re.compile(r"(?<=[^\n]{40})\n(?=[^\s\-•*])")


def main() -> None:
    """Write the text of the file that the arguments name; print {"pages": [[number, start, end], …]} or {"error": reason}."""
    path, target, *numbers = sys.argv[1:]
    cpu_seconds, memory_bytes, max_inflated_bytes, max_pages = map(int, numbers)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    reason = _refuse_zip_bomb(Path(path), max_inflated_bytes)
    answer = {"error": reason} if reason else _extract(Path(path), Path(target), max_pages)
    sys.stdout.buffer.write(orjson.dumps(answer))


def _refuse_zip_bomb(path: Path, max_inflated_bytes: int) -> str | None:
    if not zipfile.is_zipfile(path):
        return None
    try:
        entries = zipfile.ZipFile(path).infolist()
    except (zipfile.BadZipFile, OSError):
        return "it is a damaged archive"

    inflated = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > _ZIP_MAX_ENTRIES or inflated > max_inflated_bytes:
        return "it unpacks to more than a document may hold"
    if inflated > 1024**2 and inflated / packed > _ZIP_MAX_RATIO:
        return "it unpacks to more than two hundred times its size"
    return None


def _extract(path: Path, target: Path, max_pages: int) -> dict[str, object]:
    # Imported under the limits set above: the parser's own memory counts as well.
    import kreuzberg  # noqa: PLC0415 - under the limits

    mime_type = _mime_type(path)
    if mime_type is None or mime_type.startswith(_WITHOUT_TEXT):
        return {"error": "files of this kind cannot be read"}
    is_pdf = mime_type == "application/pdf"
    config = kreuzberg.ExtractionConfig(
        use_cache=False,
        enable_quality_processing=False,
        output_format="plain" if is_pdf else "markdown",
        html_options={"extract_metadata": False},
        pages=kreuzberg.PageConfig(extract_pages=True) if is_pdf else None,
    )
    try:
        result = kreuzberg.extract_file_sync(path, mime_type=mime_type, config=config)
    except kreuzberg.KreuzbergError as error:
        return {"error": _reason(error)}

    pages = [page["content"] for page in result.pages or ()] if is_pdf else []
    if len(pages) > max_pages:
        return {"error": f"it has {len(pages)} pages, more than {max_pages}"}
    if pages:
        return {"pages": _write_pages(target, pages)}
    text = _FRONT_MATTER.sub("", result.content) if mime_type in _HTML_TYPES else result.content
    target.write_text(clean_text(text), encoding="utf-8", newline="")
    return {"pages": []}


def _write_pages(target: Path, pages: list[str]) -> list[tuple[int, int, int]]:
    """Write the pages' texts one after another; return each one's number and where it lies."""
    spans: list[tuple[int, int, int]] = []
    position = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for number, page in enumerate(map(_page_text, pages), 1):
            out.write(page + _PAGE_BREAK)
            spans.append((number, position, position + len(page)))
            position += len(page) + len(_PAGE_BREAK)
    return spans


def _page_text(raw: str) -> str:
    text = _HYPHENATED.sub("", _DOT_LEADER.sub(" …", clean_text(raw)))
    return _WRAPPED_LINE.sub(" ", text).strip()


def _mime_type(path: Path) -> str | None:
    """Return the type that the bytes show, else the one that the suffix claims, else None."""
    import kreuzberg  # noqa: PLC0415 - see _extract

    with contextlib.suppress(RuntimeError):
        by_bytes = kreuzberg.detect_mime_type(path.open("rb").read(_HEAD_BYTES))
        if by_bytes not in _GENERIC_TYPES:
            return by_bytes
    with contextlib.suppress(RuntimeError):
        return kreuzberg.detect_mime_type_from_path(path)
    return None


def _reason(error: Exception) -> str:
    text = str(error).casefold()
    if "password" in text or "encrypt" in text:
        return "it is encrypted"
    if "unsupported" in text or "mime" in text:
        return "files of this kind cannot be read"
    return "it is damaged, or not of the kind that its name says"


if __name__ == "__main__":
    main()
