"""The text that a spreadsheet shows for a value with its number format. Pure.

The codes are those of ECMA-376 part 1, 18.8.31. Whole dates are written as ISO 8601, because the order of day and month
depends on the reader's country. Parts of dates ("March 2026", "Mon") and times are written as their format says.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]\-]*)[^\]]*\]|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_CODE = re.compile(r"yyyy|yy|mmmmm|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am/pm|a/p", re.IGNORECASE)
_GENERAL_DIGITS = 11
_NUMBER = re.compile(r"[#0?,.]*[#0?][#0?,.]*")


def cell_text(value: object, number_format: str | None) -> str:
    """Return a cell's value as the program shows it."""
    code = number_format or "General"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, timedelta):
        return _elapsed(value, code)
    if isinstance(value, datetime | date | time):
        return _moment(value, code)
    if isinstance(value, int | float):
        return _number(value, code)
    return str(value)


def _number(value: float, code: str) -> str:
    sections = code.split(";")
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    plain, literals = _without_literals(section)
    found = _NUMBER.search(plain)
    if "general" in plain.lower() or found is None or "/" in plain or "e+" in plain.lower():
        return _general(value)
    shown = _digits(value * 100 ** plain.count("%"), found[0])
    text = plain[: found.start()] + shown + plain[found.end() :]
    return _with_literals(text, literals).strip()


def _digits(value: float, pattern: str) -> str:
    """Return a number by its digit places: ``00000``, ``#,##0.00``."""
    scaled = Decimal(repr(value)) / 1000 ** (len(pattern) - len(pattern.rstrip(",")))
    whole, _, fraction = pattern.rstrip(",").partition(".")
    least, most = fraction.count("0"), len(fraction)
    rounded = abs(scaled).quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    grouped = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    before, _, after = grouped.partition(".")
    before = before.zfill(whole.count("0"))
    after = after.rstrip("0").ljust(least, "0") if most else ""
    return ("-" if scaled < 0 else "") + before + ("." + after if after else "")


def _general(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.{_GENERAL_DIGITS - 1}g}"


def _moment(value: date | time, code: str) -> str:
    plain, literals = _without_literals(code.split(";", maxsplit=1)[0])
    codes = [found[0].lower() for found in _DATE_CODE.finditer(plain)]
    if not codes or {code[0] for code in codes} >= {"y", "m", "d"}:
        return _iso(value)
    minutes = _minute_places(codes)
    half_day = any(found in ("am/pm", "a/p") for found in codes)
    parts = iter(
        _date_part(value, "minute" if place in minutes else found, half_day=half_day)
        for place, found in enumerate(codes)
    )
    return _with_literals(_DATE_CODE.sub(lambda _: next(parts), plain), literals).strip()


def _minute_places(codes: list[str]) -> set[int]:
    """Return which codes of ``m`` mean minutes: those after hours or before seconds."""
    clock = [place for place, code in enumerate(codes) if code[0] in "hs" or code in ("m", "mm")]
    places = set()
    for before, place, after in zip([None, *clock], clock, [*clock[1:], None], strict=False):
        near_hour = before is not None and codes[before][0] == "h"
        near_second = after is not None and codes[after][0] == "s"
        if codes[place][0] == "m" and (near_hour or near_second):
            places.add(place)
    return places


def _date_part(value: date | time, code: str, *, half_day: bool) -> str:
    """Return what one code of a format shows of a date or time."""
    moment = _as_datetime(value)
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    shown = {
        "yyyy": f"{moment.year:04}",
        "yy": f"{moment.year % 100:02}",
        "mmmmm": f"{moment:%B}"[0],
        "mmmm": f"{moment:%B}",
        "mmm": f"{moment:%b}",
        "mm": f"{moment.month:02}",
        "m": str(moment.month),
        "dddd": f"{moment:%A}",
        "ddd": f"{moment:%a}",
        "dd": f"{moment.day:02}",
        "d": str(moment.day),
        "hh": f"{hour:02}",
        "h": str(hour),
        "minute": f"{moment.minute:02}",
        "ss": f"{moment.second:02}",
        "s": str(moment.second),
        "am/pm": f"{moment:%p}",
        "a/p": f"{moment:%p}"[0],
    }
    return shown[code]


def _as_datetime(value: date | time) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, time):
        return datetime.combine(date(1900, 1, 1), value)
    return datetime.combine(value, time())


def _iso(value: date | time) -> str:
    if isinstance(value, datetime):
        at_midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()


def _elapsed(value: timedelta, code: str) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    text = f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}"
    return text + f":{seconds % 60:02}" if "s" in code.lower() or seconds % 60 else text


def _without_literals(code: str) -> tuple[str, list[str]]:
    """Return the format with a mark for each literal text in it, and these texts."""
    literals: list[str] = []

    def mark(found: re.Match[str]) -> str:
        literals.append(found[1] or found[2] or found[3] or "")
        return "\x00"

    return _LITERAL.sub(mark, code), literals


def _with_literals(text: str, literals: list[str]) -> str:
    texts = iter(literals)
    return re.sub("\x00", lambda _: next(texts), text)
