"""A text's words, numbers and signs in order, and a number with its unit. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from app.answering.support.units import FAMILIES
from app.core.text import UNSPACED

Kind = Literal["number", "word", "run", "sign"]
YEAR = re.compile(r"(?:18|19|20)\d\d")
_SCALES = frozenset(("million", "billion", "thousand"))

_NO_HYPHENS = str.maketrans("", "", "-‐‑")
_SEPARATORS = ".,:/'’\u00a0\u202f–-"
_TOKEN = re.compile(
    # "1 500" and "1,500.00"; "3.2.1", "E4107", "ISO-9001", "10GB", "2024-05-01".
    # "-5" behind a space is negative; a list's line may begin so.
    rf"(?P<number>(?:(?<=[ \t(|])-(?=\d)|−(?=\d))?(?:(?:[A-Za-z]{{1,6}}[-_]?)?\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\d)(?:[.,]\d+)?"
    rf"|(?:[A-Za-z]{{1,6}}[-_]?)?\d+(?:[{_SEPARATORS}]?\d+)*(?:[A-Za-zµμ]{{1,5}}(?![A-Za-z]))?))"
    rf"|(?P<run>[{UNSPACED}]+)"
    # "Non-refundable" is one word, and not "refundable".
    rf"|(?P<word>(?:[Nn]on[-‐‑])?[^\W\d_{UNSPACED}](?:[^\W\d_{UNSPACED}]|[\u0300-\u036f\u064b-\u065f\u0900-\u0dff])*"
    rf"(?:['’][^\W\d_{UNSPACED}]+)*)"
    r"|(?P<sign>[%‰°€$£¥₹₽])"
)


class Token(NamedTuple):
    """A word, a number, a run of a script without spaces, or a sign of a unit.

    A passage has hundreds, and a tuple is made three times as fast as a frozen dataclass.
    """

    kind: Kind
    text: str
    folded: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


# The passage of a citation is read for its verdict and for its quote, and often for the next citation as well.
@lru_cache(maxsize=256)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text in order; places count in the unchanged text."""
    if text.isascii():
        folded = text.lower()
        return tuple([_ascii_token(found, folded) for found in _TOKEN.finditer(text)])
    return tuple([_token(found) for found in _TOKEN.finditer(text)])


def _ascii_token(found: re.Match[str], folded: str) -> Token:
    kind: Kind = found.lastgroup  # type: ignore[assignment]  # each alternative is a named group
    start, end = found.span()
    small = folded[start:end]
    return Token(kind, found[0], small.replace("-", "") if kind == "word" else small, start, end)


def _token(found: re.Match[str]) -> Token:
    kind: Kind = found.lastgroup  # type: ignore[assignment]  # as above
    text = found[0]
    start, end = found.span()
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return Token(kind, text, folded.translate(_NO_HYPHENS) if kind == "word" else folded, start, end)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it may be read ("1.500" in two ways), with its unit, empty where none is known.

    `beside` are the telling words next to it: "type" of "type 2", "april" and "session" of "the 9 April session". `per` is
    the period that an amount is for: "month" of "40 euros a month". `is_loose` are "one" and "a year", which may count
    nothing; `is_about` are "about 500" and "nearly 500".
    """

    readings: frozenset[str]
    unit: str = ""
    beside: frozenset[str] = frozenset()
    per: str = ""
    is_negative: bool = False
    is_loose: bool = False
    is_about: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether what it counts is left out, as in "310 million euros, and 290 million before". A year counts nothing."""
        is_year = any(map(YEAR.fullmatch, self.readings))
        return not (self.unit or self.is_loose or is_year) and self.beside <= _SCALES

    def agrees(self, other: "Quantity") -> bool:
        """Whether both may be the same number of the same thing, whatever its sign: 24 months are two years."""
        if self.per and other.per and self.per != other.per:
            return False
        if not (self.unit and other.unit) or self.unit == other.unit:
            return not self.readings.isdisjoint(other.readings) or self._is_rounded(other)
        return self.is_converted(other)

    def _is_rounded(self, other: "Quantity") -> bool:
        """Whether the other number, with as many digits as this one that is only about right, is this one."""
        return self.is_about and any(
            _rounded_as(reading, float(exact)) == float(reading)
            for reading in filter(_is_plain, self.readings)
            for exact in filter(_is_plain, other.readings)
        )

    def is_converted(self, other: "Quantity") -> bool:
        """Whether both are the same in other units, as 24 months and two years are."""
        return (
            self.unit != other.unit
            and self.family()[0] == other.family()[0]
            and not self.in_smallest().isdisjoint(other.in_smallest())
        )

    def is_among(self, found: Sequence["Quantity"]) -> bool:
        """Whether it is found: with its unit, and next to its words if the passage has numbers next to those."""
        of_its_unit = [
            other for other in found if self.unit and (other.unit == self.unit or self.is_converted(other))
        ]
        beside_its_words = [other for other in found if not self.beside.isdisjoint(other.beside)]
        if self.is_loose:
            return all(
                not others or any(map(self.agrees, others)) for others in (of_its_unit, beside_its_words)
            )
        # "310 million euros, compared with 290 million in 2022"
        bare = [other for other in found if other.is_bare]
        return any(map(self.agrees, [*of_its_unit, *bare] if of_its_unit else found)) and (
            not beside_its_words or any(map(self.agrees, beside_its_words))
        )

    def family(self) -> tuple[str, float]:
        """Return what the unit measures, and how many of the family's smallest unit it is."""
        return FAMILIES.get(self.unit, (self.unit, 1))

    def in_smallest(self) -> set[float]:
        """Return the readings in the smallest unit of the family."""
        factor = self.family()[1]
        return {round(float(reading) * factor, 6) for reading in self.readings if _is_plain(reading)}


def _rounded_as(reading: str, exact: float) -> float | None:
    """Return a number with as many significant digits as a reading has, None if that takes a tenth of it or more."""
    digits = len(reading.replace(".", "").strip("0"))
    rounded = float(f"{exact:.{max(0, digits - 1)}e}")
    return rounded if abs(rounded - exact) * 10 < abs(exact) else None


def normal(value: float) -> str:
    """Return a number as readings have it: with six decimals at most, and no zeros at the end."""
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")


def _is_plain(reading: str) -> bool:
    return reading.replace(".", "", 1).isdecimal()
