"""Tables of reStructuredText, AsciiDoc and Org files as Markdown has them, so that their header goes with their rows. Pure."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from app.reading.tables import write_table

_GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+")
_SIMPLE_BORDER = re.compile(r"=+(?: +=+)+")
_SPAN_LINE = re.compile(r"-+(?: +-+)*")
_DIRECTIVE = re.compile(r"\.\. (list|csv)-table::[ \t]*(.*)")
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")
_LIST_CELL = re.compile(r"(\* - |  - )(.*)")
_FENCE = re.compile(r"\|={3,}")
_ATTRIBUTES = re.compile(r"\[.*\]")
_COLUMNS = re.compile(r"""cols\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]]*))""")
_REPEATED = re.compile(r"(\d+)\*")
# What a cell begins with: how many columns it spans, how many rows, how it is shown.
_CELL = re.compile(r"(?:^|(?<=\s))(?:(\d+)?(?:\.\d+)?\+)?(?:\d+\*)?[<^>.]*[adehlmsv]?(?<!\\)\|")
_ORG_LINE = re.compile(r"\|(?:-+\+?)+\|?")
_MOST_COLUMNS = 100

Lines = Sequence[str]


def restructured_tables(lines: Lines) -> list[str]:
    """Return lines of reStructuredText with its tables as Markdown: grids, simple ones, and those of directives."""
    written: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place].rstrip()
        end, table = place + 1, ""
        if _GRID_BORDER.fullmatch(line):
            end, table = _grid(lines, place)
        elif _SIMPLE_BORDER.fullmatch(line):
            end, table = _simple(lines, place)
        elif found := _DIRECTIVE.fullmatch(line):
            end, table = _directive(lines, place, found)
        written += ["", *table.split("\n"), ""] if table else lines[place:end]
        place = end
    return written


def asciidoc_table(attributes: str, lines: Lines) -> str:
    """Return a table of AsciiDoc, of the lines between its fences; "" for one whose cells span rows."""
    cells: list[str] = []
    first = 0
    for line in lines:
        starts = list(_CELL.finditer(line))
        if any("." in start[0] and "+" in start[0] for start in starts):
            return ""
        if cells and (before := line[: starts[0].start()] if starts else line).strip():
            cells[-1] = f"{cells[-1]} {before.strip()}"
        ends = [*(start.start() for start in starts[1:]), len(line)][: len(starts)]
        for start, end in zip(starts, ends, strict=True):
            text = line[start.end() : end].strip().replace("\\|", "|")
            cells += [text] * min(int(start[1] or 1), _MOST_COLUMNS)
        if starts and not first:
            first = len(cells)
    width = _width(attributes) or first
    rows = [cells[place : place + width] for place in range(0, len(cells), width)] if width else []
    return write_table(rows)


def is_fence(line: str) -> bool:
    """Whether a line begins or ends a table of AsciiDoc."""
    return _FENCE.fullmatch(line.rstrip()) is not None


def is_attributes(line: str) -> bool:
    """Whether a line of AsciiDoc tells how the block below it is shown."""
    return _ATTRIBUTES.fullmatch(line.strip()) is not None


def org_tables(lines: Lines) -> Iterator[str]:
    """Yield lines of an Org file with the first line within each table as Markdown has it, and without the others."""
    rows = 0
    for line in lines:
        stripped = line.strip()
        if not stripped.startswith("|"):
            rows = 0
        elif _ORG_LINE.fullmatch(stripped):
            if rows == 1:
                yield re.sub(r"[-+]+", " --- ", stripped.replace("+", "|"))
            rows += bool(rows)
            continue
        else:
            rows += 1
        yield line


def _width(attributes: str) -> int:
    found = _COLUMNS.search(attributes)
    written = (found[1] or found[2] or found[3] or "").strip() if found else ""
    if not written:
        return 0
    columns = re.split(r"[,;]", written)
    repeated = [_REPEATED.match(column.strip()) for column in columns]
    return min(sum(int(times[1]) if times else 1 for times in repeated), _MOST_COLUMNS)


def _grid(lines: Lines, start: int) -> tuple[int, str]:
    """Return where a grid ends, and its table. What no line divides belongs to the cell on its left, or above."""
    end = start
    while end < len(lines) and lines[end].startswith(("+", "|")):
        end += 1
    borders = sorted({place for line in lines[start:end] if line[0] == "+" for place in _pluses(line)})
    rows: list[list[str]] = []
    for line in lines[start:end]:
        if _GRID_BORDER.fullmatch(line.rstrip()):
            rows.append([""] * (len(borders) - 1))
        else:
            for column, text in _pieces(line, borders):
                rows[-1][column] = f"{rows[-1][column]} {text}".strip()
    return end, write_table(rows)


def _pluses(line: str) -> Iterator[int]:
    return (place for place, sign in enumerate(line) if sign == "+")


def _pieces(line: str, borders: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the texts of a line with their columns."""
    inner = [
        column for column in range(1, len(borders) - 1) if line[borders[column] : borders[column] + 1] in "|+"
    ]
    starts = [0, *inner]
    for column, after in zip(starts, [*inner, len(borders) - 1], strict=True):
        text = line[borders[column] + 1 : borders[after]].strip()
        if text.strip("-="):
            yield column, text


def _simple(lines: Lines, start: int) -> tuple[int, str]:
    """Return where a table between lines of equal signs ends, and the table; a text that has no such end stays."""
    columns = [found.span() for found in re.finditer("=+", lines[start])]
    borders = (
        place for place in range(start + 1, len(lines)) if _SIMPLE_BORDER.fullmatch(lines[place].rstrip())
    )
    ends = list(islice(borders, 2))
    is_headed = len(ends) == 2 and not any(not line.strip() for line in lines[start : ends[0]])
    if not ends:
        return start + 1, ""
    end = ends[-1] if is_headed else ends[0]
    rows: list[list[str]] = []
    for place in range(start + 1, end):
        line = lines[place]
        if not line.strip() or _SIMPLE_BORDER.fullmatch(line.rstrip()) or _SPAN_LINE.fullmatch(line.strip()):
            continue
        stops = [*(begin for begin, _ in columns[1:]), len(line)]
        cells = [line[begin:stop].strip() for (begin, _), stop in zip(columns, stops, strict=True)]
        if rows and (not cells[0] or (is_headed and place < ends[0])):
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return end + 1, write_table(rows)


def _directive(lines: Lines, start: int, found: re.Match[str]) -> tuple[int, str]:
    """Return where the table of a directive ends, and the table below its title."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" ")):
        end += 1
    inner = [line for line in lines[start + 1 : end] if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in inner), default=0)
    body = [line[indent:].rstrip() for line in inner]
    options = [_OPTION.fullmatch(line) for line in body]
    header = [option[2] for option in options if option and option[1] == "header"]
    content = [line for line, option in zip(body, options, strict=True) if not option]
    rows = (
        _listed(content)
        if found[1] == "list"
        else list(csv.reader([*header, *content], skipinitialspace=True))
    )
    table = write_table(rows)
    return end, f"{found[2]}\n\n{table}" if found[2] and table else table


def _listed(lines: Lines) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        cell = _LIST_CELL.fullmatch(line) or _LIST_CELL.fullmatch(f"{line} ")
        if cell and cell[1].startswith("*"):
            rows.append([cell[2].strip()])
        elif cell and rows:
            rows[-1].append(cell[2].strip())
        elif rows:
            rows[-1][-1] = f"{rows[-1][-1]} {line.strip()}".strip()
    return rows
