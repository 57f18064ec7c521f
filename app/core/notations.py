"""What people write in several ways, as one word: grouped numbers, telephone numbers, dates, quantities, sections. Pure.

A text and a query that mean the same have the same word, however each of them is written.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from app.core.folding import folded
from app.core.months import FOLDED_MONTH_OF, MONTH_OF

# Most texts have few digits, and these patterns begin with one.
_DIGIT = re.compile(r"\d")
_MAY_BE_NUMBER = re.compile(r"\d[ /.()-]{1,2}\d")
# Telephone numbers and similar: groups of digits with spaces and brackets between.
_NUMBER = re.compile(r"(?<![\w.,])[a-z]{0,2}\d*[(]?\d+(?:[ /.()-]{1,2}\d+){1,7}(?![\w])", re.IGNORECASE)
_FEWEST_DIGITS = 6
_MOST_DIGITS = 34

# Each pattern begins with the sign that is searched for, and looks back from there: so it is found three times as fast.
# A number with the code of its country, or with the zero that replaces it at home.
_TELEPHONE = re.compile(
    r"(\+(?<![\w.,+/-].) ?|0(?<![\w.,+/-].)(?:0(?=[1-9])|(?=[1-9])))([0-9][0-9 ()/-]{5,22}[0-9])(?!\w)"
)
_FEWEST_AT_HOME, _MOST_AT_HOME = 7, 13
# Codes of countries have one digit, two, or three: https://www.itu.int/rec/T-REC-E.164
_COUNTRY = re.compile(
    r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}",
)
_HOME_ZERO = "(0)"

_BEGIN = r"(?<![\w./-].)"
_ENDING = r"(?:st|nd|rd|th|er|\.|º)?"
_DATES = (
    re.compile(rf"(?P<year>[0-9]{_BEGIN}[0-9]{{3}})(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}})(?![\w/]|[-.]\d)"),
    re.compile(rf"(?P<day>[0-9]{_BEGIN}[0-9]?)(?P<sign>[-/]|\. ?)(?P<month>[0-9]{{1,2}})(?P=sign)(?P<year>[0-9]{{4}})(?![\w/]|[-.]\d)"),
    re.compile(r"(?P<year>[0-9]{4}) ?[年년] ?(?P<month>[0-9]{1,2}) ?[月월] ?(?P<day>[0-9]{1,2})"),
    re.compile(rf"(?P<day>[0-9]{_BEGIN}[0-9]?){_ENDING} ?(?:of |de |di )?(?P<name>[^\W\d_]{{3,12}})\.?,? ?(?:of |de |del |di )?(?P<year>[0-9]{{4}})\b"),
    re.compile(rf"(?P<day>[0-9]{_BEGIN}[0-9]?){_ENDING},? (?P<year>[0-9]{{4}})\b"),
)  # fmt: skip
_MONTH_BEFORE = re.compile(r"([^\W\d_]{3,12})\.? (?:the )?$")
_LONGEST_MONTH = 20
_YEAR = re.compile(r"[0-9]{4}")
_AMERICAN = "/-"

_UNITS = (
    "kV|mV|MV|V|kVA|MVA|VA|kW|MW|GW|mW|W|kWh|MWh|GWh|Wh|mA|kA|A|mAh|Ah|Hz|kHz|MHz|GHz|ohm|Ω|kΩ|MΩ|[kmμu]?g|lbs?|oz|t|[kcmdμun]?m[23]?|ft|yd|mi"
    "|ml|cl|dl|l|[mμun]?s|min|h|°? ?[CFK]|m?bar|[kMh]?Pa|psi|[km]?N|Nm|[kM]?J|k?cal|lm|lx|dBm?|rpm|px|pt|mph"
    "|[kKMGTP]i?B|[kMG]bit|[kMG]?bps|ppm|m?mol|EUR|USD|CHF|GBP|DM"
)
_QUANTITY = re.compile(
    r"(?P<number>[0-9](?<![\w.,/-].)(?:[0-9]{0,2}(?:[.,][0-9]{3})+(?:[.,][0-9]+)?|[0-9]*(?:[.,][0-9]+)?))"
    rf" ?(?P<unit>{_UNITS})(?!\w)",
    re.IGNORECASE,
)
_PLAIN_UNITS = str.maketrans({"ω": "ohm", "°": "", " ": "", "μ": "u"})
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")
_DECIMAL = re.compile(r",(?=\d+$)")

_SECTION = re.compile(r"(?:§+ ?|(?:section|sect?\.|paragraph|paragraf) )([0-9]+[a-z]?)(?!\w)")
_MAY_BE_SECTION = ("§", "sec", "paragra")
_VERSION = re.compile(r"v(?<![\w.].)([0-9]+(?:\.[0-9]+)+)(?!\w)")


class Notation(NamedTuple):
    """What is meant, as one word, and how it is written."""

    meant: str
    written: str


def notations(text: str) -> list[Notation]:
    """Return what a visible text writes in one of several ways. A word may come twice."""
    if not _DIGIT.search(text):
        return []
    small = text.lower()
    readers = (_numbers, _telephones, _dates, _quantities, _named_numbers)
    found = (each for read in readers for each in read(small))
    # A word that stands there is known already.
    return [each for each in found if not _is_word(each)]


def _is_word(notation: Notation) -> bool:
    """Whether what is meant is read as one word anyway: it is one, but for hyphens and slashes."""
    written = notation.written.replace("-", "").replace("/", "")
    return written == notation.meant and written.isalnum()


def _numbers(text: str) -> Iterator[Notation]:
    """Yield numbers in groups with spaces or brackets between, as digits alone."""
    if not _MAY_BE_NUMBER.search(text):
        return
    for found in _NUMBER.finditer(text):
        if " " in found[0] or "(" in found[0]:
            digits = "".join(filter(str.isalnum, found[0]))
            if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
                yield Notation(digits, found[0])


def _telephones(text: str) -> Iterator[Notation]:
    """Yield telephone numbers as they are dialled at home without the first zero, and with the code of the country."""
    for found in _TELEPHONE.finditer(text):
        prefix, written = found.groups()
        digits = "".join(filter(str.isdigit, written.replace(_HOME_ZERO, "")))
        country = _COUNTRY.match(digits) if prefix != "0" else None
        at_home = digits[country.end() :] if country else digits
        if _FEWEST_AT_HOME <= len(at_home) <= _MOST_AT_HOME:
            yield from (Notation(number, found[0]) for number in dict.fromkeys((at_home, digits)))


def _dates(text: str) -> Iterator[Notation]:
    """Yield days as eight digits, both days where it is not clear which number is the month."""
    if not _YEAR.search(text):
        return
    for found in (found for pattern in _DATES for found in pattern.finditer(text)):
        parts = found.groupdict()
        month = int(parts["month"]) if "month" in parts else _month(parts.get("name"), text, found.start())
        if month is None:
            continue
        days = [(month, int(parts["day"]))]
        if (parts.get("sign") or " ") in _AMERICAN and found.start("day") < found.start("year"):
            days.append((int(parts["day"]), month))
        for day in filter(None, (_day(int(parts["year"]), *each) for each in dict.fromkeys(days))):
            yield Notation(day, found[0])


def _month(name: str | None, text: str, place: int) -> int | None:
    """Return the month of this name, or of the name in front of a place."""
    if name is None:
        before = _MONTH_BEFORE.search(text, max(0, place - _LONGEST_MONTH), place)
        name = before[1] if before else ""
    return MONTH_OF.get(name) or FOLDED_MONTH_OF.get(folded(name))


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return f"{dt.date(year, month, day):%Y%m%d}"
    except ValueError:
        return None


def _quantities(text: str) -> Iterator[Notation]:
    """Yield numbers with their units, without what stands between thousands and with a dot before decimals."""
    for found in _QUANTITY.finditer(text):
        unit = found["unit"].translate(_PLAIN_UNITS)
        amounts = dict.fromkeys((found["number"], _THOUSANDS.sub("", found["number"])))
        yield from (Notation(f"{_DECIMAL.sub('.', amount)}{unit}", found[0]) for amount in amounts)


def quantity_parts(word: str) -> tuple[str, ...]:
    """Return the number and the unit of a word in small letters that is both, as 24kv is; else nothing."""
    found = _QUANTITY.fullmatch(word)
    return (found["number"], found["unit"]) if found else ()


def _named_numbers(text: str) -> Iterator[Notation]:
    """Yield the numbers of sections behind their sign, and those of versions without their letter."""
    if any(sign in text for sign in _MAY_BE_SECTION):
        yield from (Notation(f"§{found[1]}", found[0]) for found in _SECTION.finditer(text))
    yield from (Notation(found[1], found[0]) for found in _VERSION.finditer(text))
