"""Dates, times and durations as a spreadsheet's format shows them. Pure."""

import locale
from datetime import date, datetime, time, timedelta
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from app.reading.format_codes import Kind, Section, Token

_UNITS = {"h": 3600, "m": 60, "s": 1}
# Programs show these by the settings of their computer, whatever the code says.
_BY_COMPUTER = frozenset({"mm-dd-yy", "m/d/yy", "m/d/yy h:mm", "m/d/yyyy", "m/d/yyyy h:mm"})
# What programs that write workbooks give every date. Nobody chose to show its midnight.
_BY_WRITER = frozenset({"yyyy-mm-dd h:mm:ss", "yyyy-mm-dd hh:mm:ss"})
_LONG_BY_COMPUTER = ("[$-f800]", "[$-x-sysdate]", "[$-f400]", "[$-x-systime]")
_NAMED = 3


def show_moment(value: date | time, section: Section, code: str) -> str:
    """Return a date or time as its format shows it.

    A whole date is followed by itself in ISO 8601, because the order of day and month is not the same everywhere.
    One that every computer shows in another way stands in ISO 8601 alone.
    """
    codes = [token.text.lower()[0] for token in section.tokens if token.kind is Kind.DATE]
    shown = code.lower()
    is_midnight = isinstance(value, datetime) and value.time() == time()
    if (
        not codes
        or shown in _BY_COMPUTER
        or (is_midnight and shown in _BY_WRITER)
        or shown.startswith(_LONG_BY_COMPUTER)
    ):
        return write_iso(value)
    text = " ".join(_moment(value, section).split())
    if not {"m", "d"} < set(codes) or not {"y", "e"} & set(codes) or isinstance(value, time):
        return text
    day = date(value.year, value.month, value.day).isoformat()
    return text if day in text else f"{text} ({write_iso(value) if 'h' in codes else day})"


def show_elapsed(value: timedelta, section: Section) -> str:
    """Return a duration: ``37:30`` by ``[h]:mm``."""
    seconds = value.total_seconds()
    left = abs(seconds)
    if not any(_has_fraction(token) for token in section.tokens):
        left = round(left)
    parts = ["-" if seconds < 0 else ""]
    for token in section.tokens:
        unit = token.text.lower()[0]
        if token.kind in (Kind.ELAPSED, Kind.DATE) and unit in _UNITS:
            count, left = divmod(left, _UNITS[unit])
            parts.append(str(int(count)).zfill(len(token.text.partition(".")[0])))
            if _has_fraction(token):
                parts.append(f"{left:.{len(token.text.partition('.')[2])}f}"[1:])
        else:
            parts.append(token.text)
    return "".join(parts).strip()


def write_iso(value: date | time) -> str:
    """Return a date or time in ISO 8601, without a time where that is midnight."""
    if isinstance(value, datetime):
        at_midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()


def _moment(value: date | time, section: Section) -> str:
    tokens = section.tokens
    codes = [place for place, token in enumerate(tokens) if token.kind is Kind.DATE]
    minutes = _minute_places(tokens, codes)
    is_half_day = any("/" in tokens[place].text for place in codes)
    moment = _as_datetime(value)
    parts = []
    for place, token in enumerate(tokens):
        if token.kind is not Kind.DATE:
            parts.append(token.text)
        elif place in minutes:
            parts.append(str(moment.minute).zfill(len(token.text)))
        elif token.text[0].lower() in "hsa":
            parts.append(_clock(moment, token.text.lower(), is_half_day=is_half_day))
        else:
            parts.append(_calendar(moment, token.text.lower(), section.locale))
    return "".join(parts)


def _minute_places(tokens: tuple[Token, ...], codes: list[int]) -> set[int]:
    """Return the places where ``m`` means minutes: after hours or before seconds."""
    letters = [tokens[place].text[0].lower() for place in codes]
    return {
        place
        for number, place in enumerate(codes)
        if letters[number] == "m"
        and len(tokens[place].text) < _NAMED
        and ("h" in letters[max(0, number - 1) : number] or "s" in letters[number + 1 : number + 2])
    }


def _clock(moment: datetime, code: str, *, is_half_day: bool) -> str:
    if code[0] == "a":
        return f"{moment:%p}" if len(code) > _NAMED else f"{moment:%p}"[0]
    if code[0] == "h":
        hour = (moment.hour % 12 or 12) if is_half_day else moment.hour
        return str(hour).zfill(min(len(code), 2))
    whole, point, fraction = code.partition(".")
    shown = str(moment.second).zfill(min(len(whole), 2))
    return shown + point + f"{moment.microsecond:06}"[: len(fraction)] if point else shown


def _calendar(moment: datetime, code: str, language: str) -> str:
    unit, length = code[0], len(code)
    if unit in "ye":
        return f"{moment.year % 100:02}" if unit == "y" and length < _NAMED else f"{moment.year:04}"
    if length < _NAMED:
        return str(moment.day if unit == "d" else moment.month).zfill(length)
    names = _locale(language)
    width: Literal["abbreviated", "wide"] = "abbreviated" if length == _NAMED else "wide"
    if unit == "d":
        return str(get_day_names(width, "format", names)[moment.weekday()])
    month = str(get_month_names(width, "format", names)[moment.month])
    return month[0] if length > _NAMED + 1 else month


def _locale(language: str) -> Locale:
    """Return the locale of a Windows number (``407`` is German); English where it is unknown."""
    try:
        name = locale.windows_locale.get(int(language[-4:], 16) if language else 0, "en_US")
    except ValueError:
        name = language.replace("-", "_")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_US")


def _as_datetime(value: date | time) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, time):
        return datetime.combine(date(1900, 1, 1), value)
    return datetime.combine(value, time())


def _has_fraction(token: Token) -> bool:
    return token.kind is Kind.DATE and "." in token.text
