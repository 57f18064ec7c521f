"""The text that a spreadsheet shows for a value with its number format. Pure."""

from datetime import date, time, timedelta

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import to_excel

from app.reading.date_formats import show_elapsed, show_moment, write_iso
from app.reading.format_codes import Kind, Section, number_section, read_format, text_section
from app.reading.number_formats import show_general, show_number
from app.reading.raised import raised

# Excel's own format for money is number 44. openpyxl writes it without what divides its sections.
_RUN_TOGETHER = BUILTIN_FORMATS[44]
_ACCOUNTING = r'_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)'


def cell_text(value: object, number_format: str | None) -> str:
    """Return a cell's value as the program shows it."""
    code = _ACCOUNTING if number_format == _RUN_TOGETHER else number_format or "General"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, timedelta | date | time):
        return _moment(value, code)
    if isinstance(value, int | float):
        return _number(value, code)
    if isinstance(value, CellRichText):
        value = "".join(map(_piece, value))
    section = text_section(read_format(code))
    return str(value) if section is None else _text(str(value), section)


def _piece(piece: str | TextBlock) -> str:
    """Return a piece of a text that is formatted in part."""
    is_raised = isinstance(piece, TextBlock) and piece.font.vertAlign == "superscript"
    return raised(str(piece)) if is_raised else str(piece)


def _moment(value: timedelta | date | time, code: str) -> str:
    sections = read_format(code)
    section = sections[0]
    if section.has(Kind.DIGITS) and not section.has(Kind.DATE, Kind.ELAPSED):
        return _number(to_excel(value), code)
    if isinstance(value, timedelta):
        return show_elapsed(value, section)
    if not section.has(Kind.DATE):
        return write_iso(value)
    return show_moment(value, section, code)


def _number(value: float, code: str) -> str:
    section, value = number_section(read_format(code), value)
    if section.has(Kind.DATE, Kind.ELAPSED):
        return show_general(value)
    return " ".join(show_number(value, section).split())


def _text(value: str, section: Section) -> str:
    return "".join(
        value if token.kind is Kind.TEXT else token.text
        for token in section.tokens
        if token.kind in (Kind.TEXT, Kind.LITERAL)
    ).strip()
