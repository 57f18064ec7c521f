"""The numbers of a text with their units: 1,500 = 1500 = 1.5k, twelve = 12, 30 % = 30 percent, Q3 = the third quarter. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.support.amounts import LONGEST_UNIT, unit_of, unit_of_run
from app.answering.support.number_words import (
    HAN_DIGITS,
    HAN_SCALES,
    MONTHS,
    NAMED_BY_NUMBER,
    NUMBERED,
    ORDINALS,
    ROMAN,
    ROMAN_LETTERS,
    SCALES,
    SPELLED,
    SUFFIX_ONLY,
    spelled,
)
from app.answering.support.tokens import Token
from app.answering.support.units import DEGREES, FAMILIES, UNITS
from app.core.rarity import rarity

_NUMBER = re.compile(r"([a-z]{1,6}[-_]?)?([\d.,:/'\u00a0\u202f –-]*\d)([a-zμ]{1,5})?")
_ISO_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)")
_FULL_HOUR = re.compile(r"(\d{1,2}):00")
# "Q3" is the third quarter.
_PART_OF_YEAR = re.compile(r"[qh]([1-4])")
_VERSION = re.compile(r"v(?=\d+\.)")
_RANGE = re.compile(r"[–/:-]")
_GROUPED = re.compile(r"\d{1,3}(?:([.,' \u00a0\u202f])\d{3})+")
_MIXED = re.compile(r"\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")
MINUS = "minus"
MEASURES = SPELLED.keys() | MONTHS.keys() | UNITS.keys() | ORDINALS.keys() | DEGREES | {MINUS}
# "26 weeks may be taken" holds no date, "5 may 2026" does.
_VERBS = frozenset(["may", "march", "mars", "mayo"])
_KNOWN_ENDINGS = frozenset(["st", "nd", "rd", "th", "er", "e", "am", "pm"])
_HAN_NUMBER = re.compile(f"[{''.join(HAN_DIGITS)}{''.join(HAN_SCALES)}]+")
_LARGE = 1e6
_TELLING = 0.4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it may be read ("1.500" in two ways), with its unit, empty where none is known.

    `beside` are the telling words next to it: "type" of "type 2", "april" and "session" of "the 9 April session". `per` is
    the period that an amount is for: "month" of "40 euros a month".
    """

    readings: frozenset[str]
    unit: str = ""
    beside: frozenset[str] = frozenset()
    per: str = ""
    is_negative: bool = False

    def agrees(self, other: "Quantity") -> bool:
        """Whether both may be the same number of the same thing, whatever its sign: 24 months are two years."""
        if self.per and other.per and self.per != other.per:
            return False
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
                found += [
                    replace(quantity, beside=beside) for quantity in _of_number(tokens, place, language)
                ]
            case "word" if token.folded in MEASURES or roman(tokens, place):
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


def _of_number(tokens: Sequence[Token], place: int, language: str) -> list[Quantity]:
    """Return what a number in digits is, with its sign and its half of the day."""
    found = _of_digits(tokens, place)
    if tokens[place].text[0] in _MINUS_SIGNS or (place and tokens[place - 1].folded == MINUS):
        found[0] = replace(found[0], is_negative=True)
    half = _half_of_day(tokens, place, language)
    if half and len(found) <= 2 and found[0].readings <= _HOURS.keys():
        hours = {reading for written in found[0].readings for reading in (written, _HOURS[written][half])}
        found[0] = Quantity(frozenset(hours), half)
    return found


# An hour as it is written → as the clock counts it in each half of the day.
_HOURS = {str(hour): {"am": str(hour % 12), "pm": str(hour % 12 + 12)} for hour in range(1, 13)}
_MINUS_SIGNS = frozenset("-−")


def _half_of_day(tokens: Sequence[Token], place: int, language: str) -> str:
    """Return "am" or "pm" if that stands behind a number, in any spelling."""
    suffix = tokens[place].folded.lstrip("0123456789:.-−")
    following = [token.folded for token in tokens[place + 1 : place + 3]]
    half = suffix or "".join(following if following[:1] in (["a"], ["p"]) else following[:1])
    # In German it is a preposition.
    return half if half == "pm" or (half == "am" and language not in _AM_IS_A_WORD) else ""


_AM_IS_A_WORD = frozenset(["deu", "ltz"])


def _of_digits(tokens: Sequence[Token], place: int) -> list[Quantity]:
    text = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in tokens[place].folded)
    text = text.lstrip("-−")
    for date, order in ((_ISO_DATE, (1, 2, 3)), (_DOTTED_DATE, (3, 2, 1))):
        if whole := date.fullmatch(text):
            year, month, day = (str(int(whole[group])) for group in order)
            return [_plain(year), _plain(f"month {month}"), _plain(day)]
    if part_of_year := _PART_OF_YEAR.fullmatch(text):
        return [Quantity(frozenset([text, part_of_year[1]]), "quarter" if text[0] == "q" else "")]
    if full_hour := _FULL_HOUR.match(text):
        text = full_hour[1] + text[full_hour.end() :]
    parts = _NUMBER.fullmatch(text)
    if parts is None or parts[1]:
        return [_plain(_VERSION.sub("", text))]
    suffix = parts[3] or ""
    if not suffix and place and tokens[place - 1].folded in NAMED_BY_NUMBER:
        return [_plain(text)]
    if suffix and suffix not in _KNOWN_ENDINGS and suffix not in UNITS and suffix not in SCALES:
        return [_plain(text)]
    pieces = [piece for piece in _RANGE.split(parts[2]) if piece.strip(".,' ")]
    unit, scale, per = unit_of(tokens, place, suffix)
    return [Quantity(_readings(piece, scale), unit, per=per) for piece in pieces]


def _of_word(tokens: Sequence[Token], place: int, language: str) -> list[Quantity]:
    token = tokens[place]
    word = token.folded
    if word in MONTHS and _is_date(tokens, place):
        return [_plain(f"month {MONTHS[word]}")]
    if number := roman(tokens, place):
        return [_plain(str(number))]
    if word in ORDINALS and is_ordinal(tokens, place):
        unit, _, _ = unit_of(tokens, place, "")
        return [Quantity(frozenset([str(ORDINALS[word])]), unit)]
    number = spelled(word, language)
    if number and not (word in SUFFIX_ONLY or (word in SCALES and _follows_number(tokens, place))):
        value = float(number)
        following = tokens[place + 1].folded if place + 1 < len(tokens) else ""
        if value >= 20 and SPELLED.get(following, 10) < 10 and following not in SUFFIX_ONLY:
            unit, scale, per = unit_of(tokens, place + 1, "")
            return [Quantity(frozenset([_normal((value + SPELLED[following]) * scale)]), unit, per=per)]
        previous = tokens[place - 1].folded if place else ""
        if value < 10 and 20 <= SPELLED.get(previous, 0) < 100:
            return []
        unit, scale, per = unit_of(tokens, place, "")
        is_negative = bool(place) and tokens[place - 1].folded == MINUS
        return [Quantity(frozenset([_normal(value * scale)]), unit, per=per, is_negative=is_negative)]
    return []


def _of_run(run: str) -> list[Quantity]:
    found = []
    for number in _HAN_NUMBER.finditer(run):
        if number[0] == "一":
            continue  # "一般", "一定": mostly no number
        behind = run[number.end() : number.end() + LONGEST_UNIT]
        found.append(Quantity(frozenset([_normal(_han_value(number[0]))]), unit_of_run(behind)))
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


def roman(tokens: Sequence[Token], place: int) -> int | None:
    """Return the number that a word is in Roman numerals, None for a word that is none."""
    if place and tokens[place].text in ROMAN_LETTERS and tokens[place - 1].folded in NUMBERED:
        return ROMAN_LETTERS[tokens[place].text]
    return ROMAN.get(tokens[place].text)


def is_ordinal(tokens: Sequence[Token], place: int) -> bool:
    """Whether an ordinal counts: not in "third parties", and "second" only behind a word such as "the"."""
    following = tokens[place + 1].folded if place + 1 < len(tokens) else ""
    if following in _NOT_COUNTED:
        return False
    return tokens[place].folded != "second" or (place > 0 and tokens[place - 1].folded in _DETERMINERS)


_NOT_COUNTED = frozenset(["party", "parties", "country", "countries"])
_DETERMINERS = frozenset(["the", "a", "his", "her", "its", "their", "our", "my", "your", "this", "that"])


def _is_date(tokens: Sequence[Token], place: int) -> bool:
    if tokens[place].text in _VERBS:
        return any(token.kind == "number" for token in tokens[place + 1 : place + 2])
    near = (*tokens[max(0, place - 2) : place], *tokens[place + 1 : place + 2])
    return (place > 0 and tokens[place].is_capital) or any(token.kind == "number" for token in near)


def _follows_number(tokens: Sequence[Token], place: int) -> bool:
    return place > 0 and (tokens[place - 1].kind == "number" or tokens[place - 1].folded in SPELLED)
