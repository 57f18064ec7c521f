"""The parsing library, as every reader calls it: no cache, no network, no OCR unless asked."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import xberg

from app.reading.document import Document, Source, Unreadable

_CONFIG = xberg.ExtractionConfig(
    use_cache=False,
    enable_quality_processing=False,
    disable_ocr=True,
    output_format="markdown",
    escape_markdown=False,
    max_archive_depth=0,
    content_filter=xberg.ContentFilterConfig(
        include_headers=True, include_footers=True, include_footnotes=True, strip_repeating_text=False
    ),
)
# Before these signs the parser puts a backslash where they begin a paragraph, so that it is no item of a list.
_ESCAPED = re.compile(r"^([ \t]*(?:(?:[-*>]|#+) )*)(?:(\d{1,9})\\(?=[.)])|\\(?=[-+*]))", re.MULTILINE)


def parse(source: Source, *, mime_type: str | None = None, **options: Any) -> Any:
    """Return what the library makes of a file (its `ExtractedDocument`); Unreadable says why it makes nothing.

    `options` change its settings for this file.
    """
    wanted = xberg.ExtractInput(kind="bytes", bytes=source.data, filename=source.name, mime_type=mime_type)
    config = replace(_CONFIG, **options) if options else _CONFIG
    try:
        result = asyncio.run(xberg.extract(wanted, config))
    except (xberg.XbergError, RuntimeError, ValueError) as error:
        raise Unreadable(_reason(str(error))) from error
    if not result.results:
        raise Unreadable(_reason(" ".join(str(error) for error in result.errors or ())))
    return result.results[0]


def read_by_parser(source: Source) -> Document:
    """Return the library's text of a file, as it is."""
    return Document(unescaped(parse(source).content))


def unescaped(text: str) -> str:
    """Return the library's Markdown with numbers and dashes at the beginning of paragraphs as they are shown."""
    return _ESCAPED.sub(lambda found: found[1] + (found[2] or ""), text)


def _reason(message: str) -> str:
    text = message.casefold()
    if "password" in text or "encrypt" in text:
        return "it is encrypted"
    if "unsupported" in text or "mime" in text:
        return "files of this kind cannot be read"
    return "it is damaged, or not of the kind that its name says"
