"""Texts with marks for people: reStructuredText, AsciiDoc, Org, wikis. Their headings and tables become Markdown's, which chunks know. Pure."""

import re
from collections.abc import Callable, Mapping

from app.reading.document import Document, Source
from app.reading.encodings import decode_text
from app.reading.marked_tables import asciidoc_table, is_attributes, is_fence, org_tables, restructured_tables

_DEEPEST = 6
# What may stand below, and above, a title in reStructuredText.
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}\s*")
_EQUAL_SIGNS = re.compile(r"(={1,6})[ \t]+(\S.*?)(?:[ \t]+=+)?[ \t]*")
_STARS = re.compile(r"(\*{1,6})[ \t]+(\S.*?)[ \t]*")
_WIKI = re.compile(r"(={1,6})[ \t]*([^=\s].*?)[ \t]*\1[ \t]*")
_ORG_TITLE = re.compile(r"#\+title:[ \t]*(\S.*)", re.IGNORECASE)
# Blocks that show a program or a file as it is: their lines are no headings.
_LISTING = re.compile(r"(?:-{4,}|\.{4,}|`{3,}|\+{4,}|/{4,})\s*")
_BLOCK_ENDS: Mapping[str, re.Pattern[str]] = {
    ".adoc": _LISTING,
    ".asciidoc": _LISTING,
    ".org": re.compile(r"#\+(?:begin|end)_\w+.*", re.IGNORECASE),
}
_NEVER = re.compile(r"(?!)")


def read_marked(source: Source) -> Document:
    """Return the text with its headings and tables as Markdown has them. All else is as it is written."""
    lines = decode_text(source.data).splitlines()
    return Document("\n".join(_WRITERS.get(source.suffix, _write_marked)(lines, source.suffix)))


def _write_underlined(lines: list[str], _: str) -> list[str]:
    """Write titles that have a line of signs below them. The kinds of lines are levels in the order in which they come."""
    levels: list[tuple[str, bool]] = []
    written: list[str] = []
    for line in restructured_tables(lines):
        two_above, above = ["", "", *map(str.rstrip, written[-2:])][-2:]
        has_line_above = _UNDERLINE.fullmatch(two_above) is not None and two_above[:1] == line[:1]
        if _underlines(line, above) and (has_line_above or not two_above):
            kind = (line[0], has_line_above)
            levels += [kind] if kind not in levels else []
            level = min(levels.index(kind) + 1, _DEEPEST)
            written[-2 if has_line_above else -1 :] = [f"{'#' * level} {above.strip()}"]
        else:
            written.append(line)
    return written


def _underlines(line: str, title: str) -> bool:
    """Whether a line of signs stands below a title: it is as long at least. Titles with a line above may be indented."""
    is_line = _UNDERLINE.fullmatch(line) is not None and len(line.rstrip()) >= len(title.strip())
    return is_line and bool(title) and _UNDERLINE.fullmatch(title) is None


def _write_marked(lines: list[str], suffix: str) -> list[str]:
    """Write titles that have signs before them, as many as their level."""
    heading, block = _MARKS.get(suffix, _EQUAL_SIGNS), _BLOCK_ENDS.get(suffix, _NEVER)
    written: list[str] = []
    is_in_block = False
    table: list[str] | None = None
    for line in org_tables(lines) if suffix == ".org" else lines:
        if heading is _EQUAL_SIGNS and not is_in_block and is_fence(line):
            if table is not None:
                _add_table(written, table, fence=line)
            table = [] if table is None else None
        elif table is not None:
            table.append(line)
        else:
            is_in_block ^= block.fullmatch(line) is not None
            written.append(line if is_in_block else _without_marks(line, heading, suffix))
    return [*written, *(table or ())]


def _add_table(written: list[str], lines: list[str], *, fence: str) -> None:
    """Add a table of AsciiDoc, in the place of the line above it that tells how it is shown."""
    attributes = written[-1] if written and is_attributes(written[-1]) else ""
    if table := asciidoc_table(attributes, lines):
        del written[len(written) - bool(attributes) :]
        written += ["", table, ""]
    else:
        written += [fence, *lines, fence]


def _without_marks(line: str, heading: re.Pattern[str], suffix: str) -> str:
    if found := heading.fullmatch(line):
        return f"{'#' * len(found[1])} {found[2]}"
    title = _ORG_TITLE.fullmatch(line) if suffix == ".org" else None
    return title[1] if title else line


_MARKS: Mapping[str, re.Pattern[str]] = {
    ".adoc": _EQUAL_SIGNS,
    ".org": _STARS,
    ".wiki": _WIKI,
    ".mediawiki": _WIKI,
}
_WRITERS: Mapping[str, Callable[[list[str], str], list[str]]] = {".rst": _write_underlined}
