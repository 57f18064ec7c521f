"""A text's words, numbers and signs in order. Numbers have units: 1,500 = 1500 = 1.5k, twelve = 12, 30 % = 30 percent. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from app.answering.support.number_words import (
    FAMILIES,
    HAN_DIGITS,
    HAN_SCALES,
    MEASURES,
    MONTHS,
    NAMED_BY_NUMBER,
    SCALES,
    SPELLED,
    SUFFIX_ONLY,
    UNIT_CHARACTERS,
    UNITS,
    spelled,
)
from app.core.rarity import rarity
from app.core.text import UNSPACED

Kind = Literal["number", "word", "run", "sign"]

_NO_HYPHENS = str.maketrans("", "", "-‐‑")
_SEPARATORS = ".,:/'’\u00a0\u202f–-"
_TOKEN = re.compile(
    # "1 500" and "1,500.00"; "3.2.1", "E4107", "ISO-9001", "10GB", "2024-05-01".
    rf"(?P<number>(?:[A-Za-z]{{1,6}}[-_]?)?\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\d)(?:[.,]\d+)?"
    rf"|(?:[A-Za-z]{{1,6}}[-_]?)?\d+(?:[{_SEPARATORS}]?\d+)*(?:[A-Za-z]{{1,5}}(?![A-Za-z]))?)"
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


_NUMBER = re.compile(r"([a-z]{1,6}[-_]?)?([\d.,:/'\u00a0\u202f –-]*\d)([a-z]{1,5})?")
_ISO_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)")
_VERSION = re.compile(r"v(?=\d+\.)")
_RANGE = re.compile(r"[–/:-]")
_GROUPED = re.compile(r"\d{1,3}(?:([.,' \u00a0\u202f])\d{3})+")
_MIXED = re.compile(r"\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")
# "26 weeks may be taken" holds no date, "5 may 2026" does.
_VERBS = frozenset(["may", "march", "mars", "mayo"])
_ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th", "er", "e"])
_HAN_NUMBER = re.compile(f"[{''.join(HAN_DIGITS)}{''.join(HAN_SCALES)}]+")
_LONGEST_UNIT = 5
_LARGE = 1e6
_TELLING = 0.4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it may be read ("1.500" in two ways), with its unit, empty where none is known.

    `beside` are the telling words next to it: "type" of "type 2", "april" and "session" of "the 9 April session".
    """

    readings: frozenset[str]
    unit: str = ""
    beside: frozenset[str] = frozenset()

    def agrees(self, other: "Quantity") -> bool:
        """Whether both may be the same number of the same thing: 24 months are two years."""
        if not (self.unit and other.unit) or self.unit == other.unit:
            return not self.readings.isdisjoint(other.readings)
        return self.is_converted(other)

    def is_converted(self, other: "Quantity") -> bool:
        """Whether both are the same in other units, as 24 months and two years are."""
        return (
            self.unit != other.unit
            and self.family()[0] == other.family()[0]
            and not self.in_smallest().isdisjoint(other.in_smallest())
        )

    def family(self) -> tuple[str, float]:
        return FAMILIES.get(self.unit, (self.unit, 1))

    def in_smallest(self) -> set[float]:
        """Return the readings in the smallest unit of the family."""
        factor = self.family()[1]
        return {round(float(reading) * factor, 6) for reading in self.readings if _is_plain(reading)}


def quantities_of(tokens: Sequence[Token], language: str) -> list[Quantity]:
    """Return the numbers among a text's tokens, spelled ones and months beside digits included."""
    found: list[Quantity] = []
    for place, token in enumerate(tokens):
        match token.kind:
            case "number":
                beside = _beside(tokens, place)
                found += [replace(quantity, beside=beside) for quantity in _of_digits(tokens, place)]
            case "word" if token.folded in MEASURES:
                beside = frozenset() if token.folded in MONTHS else _beside(tokens, place)
                found += [replace(quantity, beside=beside) for quantity in _of_word(tokens, place, language)]
            case "run":
                found += _of_run(token.folded)
            case _:
                pass
    return found


def _beside(tokens: Sequence[Token], place: int) -> frozenset[str]:
    near = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    return frozenset(
        token.folded
        for token in near
        if token.kind == "word" and (token.folded in MONTHS or rarity(token.folded) > _TELLING)
    )


def _of_digits(tokens: Sequence[Token], place: int) -> list[Quantity]:
    text = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in tokens[place].folded)
    for date, order in ((_ISO_DATE, (1, 2, 3)), (_DOTTED_DATE, (3, 2, 1))):
        if whole := date.fullmatch(text):
            year, month, day = (str(int(whole[group])) for group in order)
            return [_plain(year), _plain(f"month {month}"), _plain(day)]
    parts = _NUMBER.fullmatch(text)
    if parts is None or parts[1]:
        return [_plain(_VERSION.sub("", text))]
    suffix = parts[3] or ""
    if not suffix and place and tokens[place - 1].folded in NAMED_BY_NUMBER:
        return [_plain(text)]
    if suffix and suffix not in _ORDINAL_ENDINGS and suffix not in UNITS and suffix not in SCALES:
        return [_plain(text)]
    pieces = [piece for piece in _RANGE.split(parts[2]) if piece.strip(".,' ")]
    unit, scale = _unit(tokens, place, suffix)
    return [Quantity(_readings(piece, scale), unit) for piece in pieces]


def _of_word(tokens: Sequence[Token], place: int, language: str) -> list[Quantity]:
    token = tokens[place]
    word = token.folded
    if word in MONTHS and _is_date(tokens, place):
        return [_plain(f"month {MONTHS[word]}")]
    number = spelled(word, language)
    if number and not (word in SUFFIX_ONLY or (word in SCALES and _follows_number(tokens, place))):
        value = float(number)
        following = tokens[place + 1].folded if place + 1 < len(tokens) else ""
        if value >= 20 and SPELLED.get(following, 10) < 10 and following not in SUFFIX_ONLY:
            unit, scale = _unit(tokens, place + 1, "")
            return [Quantity(frozenset([_normal((value + SPELLED[following]) * scale)]), unit)]
        previous = tokens[place - 1].folded if place else ""
        if value < 10 and 20 <= SPELLED.get(previous, 0) < 100:
            return []
        unit, scale = _unit(tokens, place, "")
        return [Quantity(frozenset([_normal(value * scale)]), unit)]
    return []


def _of_run(run: str) -> list[Quantity]:
    found = []
    for number in _HAN_NUMBER.finditer(run):
        if number[0] == "一":
            continue  # "一般", "一定": mostly no number
        behind = run[number.end() : number.end() + _LONGEST_UNIT]
        found.append(Quantity(frozenset([_normal(_han_value(number[0]))]), _unit_of_run(behind)))
    return found


def _han_value(text: str) -> float:
    total = section = digit = 0
    for letter in text:
        if letter in HAN_DIGITS:
            digit = digit * 10 + HAN_DIGITS[letter]
        elif HAN_SCALES[letter] >= 10_000:
            total = (total + section + digit or 1) * HAN_SCALES[letter]
            section = digit = 0
        else:
            section += (digit or 1) * HAN_SCALES[letter]
            digit = 0
    return float(total + section + digit)


def _unit(tokens: Sequence[Token], place: int, suffix: str) -> tuple[str, float]:
    """Return the unit of the number at `place`, and what it is multiplied by."""
    scale = SCALES.get(suffix, 1.0)
    unit = UNITS.get(suffix, "") if scale == 1.0 else ""
    behind = place + 1
    while (
        behind < len(tokens) and tokens[behind].folded in SCALES and tokens[behind].folded not in SUFFIX_ONLY
    ):
        scale *= SCALES[tokens[behind].folded]
        behind += 1
    if unit:
        return unit, scale
    if place and tokens[place - 1].kind == "sign" and tokens[place - 1].text != "%":
        return UNITS.get(tokens[place - 1].text, ""), scale
    if behind < len(tokens):
        following = tokens[behind]
        if following.kind == "run":
            return _unit_of_run(following.folded), scale * HAN_SCALES.get(following.folded[0], 1)
        if (
            following.folded == "per"
            and tokens[behind + 1 : behind + 2]
            and tokens[behind + 1].folded == "cent"
        ):
            return "%", scale
        if following.folded not in SUFFIX_ONLY or following.folded in {"m", "s", "h", "g", "l"}:
            return UNITS.get(following.folded, ""), scale
    return "", scale


def _unit_of_run(behind: str) -> str:
    behind = behind.lstrip("".join(HAN_SCALES))
    for size in range(_LONGEST_UNIT, 0, -1):
        if unit := UNIT_CHARACTERS.get(behind[:size]):
            return unit
    return ""


def _readings(text: str, scale: float) -> frozenset[str]:
    """Return what a number written in digits may mean; a version such as 3.2.1 only itself."""
    text = text.strip(".,' \u00a0\u202f")
    digits = re.sub(r"[.,' \u00a0\u202f]", "", text)
    if "." not in text and "," not in text:
        return frozenset([_normal(float(digits) * scale)])
    # "Python 3.10" is a version, but who knows.
    readings = {text} if text.endswith("0") else set()
    # "112.414 million" is no group of thousands.
    if (
        scale < _LARGE
        and _GROUPED.fullmatch(text)
        and len({letter for letter in text if not letter.isdecimal()}) == 1
    ):
        readings.add(_normal(float(digits) * scale))
    if _MIXED.fullmatch(text) or text.count(".") + text.count(",") == 1:
        head, _, tail = text.replace(",", ".").rpartition(".")
        readings.add(_normal(float(f"{re.sub(r'[^0-9]', '', head)}.{tail}") * scale))
    return frozenset(readings or [text])


def _normal(value: float) -> str:
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")


def _is_plain(reading: str) -> bool:
    return reading.replace(".", "", 1).isdecimal()


def _plain(text: str) -> Quantity:
    return Quantity(frozenset([text.replace("-", "").replace("_", "")]))


def _is_date(tokens: Sequence[Token], place: int) -> bool:
    if tokens[place].text in _VERBS:
        return any(token.kind == "number" for token in tokens[place + 1 : place + 2])
    near = (*tokens[max(0, place - 2) : place], *tokens[place + 1 : place + 2])
    return (place > 0 and tokens[place].is_capital) or any(token.kind == "number" for token in near)


def _follows_number(tokens: Sequence[Token], place: int) -> bool:
    return place > 0 and (tokens[place - 1].kind == "number" or tokens[place - 1].folded in SPELLED)
