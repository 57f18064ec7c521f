"""The numbers of a text with their units: 1,500 = 1500 = 1.5k, twelve = 12, 30 % = 30 percent, Q3 = the third quarter. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from app.answering.support.amounts import (
    ELIDED_OF,
    LONGEST_UNIT,
    ONES,
    SMALL,
    WIDEST_SPACE,
    is_counted_in_parts,
    is_half_behind,
    is_half_of,
    part_of,
    small_number,
    unit_and_a_half,
    unit_of,
    unit_of_run,
)
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
from app.answering.support.polarity import word_set
from app.answering.support.roles import AND, ENDS, EXACT, STARTS
from app.answering.support.tokens import Quantity, Token, normal
from app.answering.support.units import DEGREES, UNIT_CHARACTERS, UNITS
from app.core.rarity import rarity
from app.core.stemming import stem

_NUMBER = re.compile(r"([a-z]{1,6}[-_]?)?([\d.,:/'\u00a0\u202f –-]*\d)([a-zμ]{1,5})?")
_ISO_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)")
# Either of the first two may be the month.
_SLASHED_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)")
_FULL_HOUR = re.compile(r"(\d{1,2}):00")
# "Q3" is the third quarter.
_PART_OF_YEAR = re.compile(r"[qh]([1-4])")
_VERSION = re.compile(r"v(?=\d+\.)")
_RANGE = re.compile(r"[–/:-]")
_GROUPED = re.compile(r"\d{1,3}(?:([.,' \u00a0\u202f])\d{3})+")
_MIXED = re.compile(r"\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")
MINUS = "minus"
ABOUT = word_set(
    "about around approximately approx roughly nearly almost some circa ca etwa rund ungefähr fast knapp environ "
    "presque aproximadamente casi unos unas quasi cerca ongeveer bijna około prawie около примерно почти"
)
_ROMAN_WORDS = frozenset(numeral.casefold() for numeral in (*ROMAN, *ROMAN_LETTERS))
_COUNTING = SPELLED.keys() | MONTHS.keys() | ORDINALS.keys() | SMALL | _ROMAN_WORDS
# In front of a number they say how it is meant, which is compared elsewhere.
LEADING = {MINUS} | ABOUT | EXACT | STARTS | ENDS
_ELIDED_UNITS = frozenset(f"{ELIDED_OF}{unit}" for unit in UNITS)
# All words that may be numbers, or a number's sign, unit or month. Of a text's words these alone are looked at.
MEASURES = _COUNTING | SCALES.keys() | UNITS.keys() | _ELIDED_UNITS | DEGREES | LEADING
_COUNTED_WITH = SPELLED.keys() | ONES
# "26 weeks may be taken" holds no date, "5 may 2026" does.
_VERBS = frozenset(["may", "march", "mars", "mayo"])
_KNOWN_ENDINGS = word_set("st nd rd th er e am pm")
_HAN_NUMBER = re.compile(f"[{''.join(HAN_DIGITS)}{''.join(HAN_SCALES)}]+")
_HAN_UNIT = re.compile("|".join(sorted(UNIT_CHARACTERS, key=len, reverse=True)))
_HAN_QUANTITY = re.compile(f"(?!一(?![{''.join(HAN_SCALES)}])){_HAN_NUMBER.pattern}(?:{_HAN_UNIT.pattern})")
_LARGE = 1e6
_TELLING = 0.4


def quantities_of(tokens: Sequence[Token], language: str) -> list[Quantity]:
    """Return the numbers among a text's tokens, spelled ones and months beside digits included."""
    found: list[tuple[int, Quantity]] = []
    for place, token in enumerate(tokens):
        if token.kind == "run":
            found += [(place, quantity) for quantity in _of_run(token.folded)]
        elif (token.kind == "number" or token.folded in _COUNTING) and (
            quantities := _of_token(tokens, place, language)
        ):
            beside = frozenset() if token.folded in MONTHS else _beside(tokens, place, language)
            is_about = place > 0 and (_word_before(tokens, place) in ABOUT)
            found += [(place, replace(quantity, beside=beside, is_about=is_about)) for quantity in quantities]
    return _added_up(tokens, found)


def _added_up(tokens: Sequence[Token], found: Sequence[tuple[int, Quantity]]) -> list[Quantity]:
    """Return the quantities with those that are told in two units as one: "one hour and 30 minutes"."""
    whole: list[Quantity] = []
    last = 0
    for place, quantity in found:
        if whole and _are_one_amount(tokens[last : place + 1], whole[-1], quantity):
            whole[-1] = _sum(whole[-1], quantity)
        else:
            whole.append(quantity)
        last = place
    return whole


def _are_one_amount(tokens: Sequence[Token], large: Quantity, small: Quantity) -> bool:
    """Whether the second number counts a smaller unit of the same kind, and only the first unit and an "and" stand between."""
    (kind, factor), (other, part) = large.family(), small.family()
    if large.unit == small.unit or kind != other or factor <= part or large.per:
        return False
    if any(two.start - one.end > 1 for one, two in pairwise(tokens)):
        return False
    if not all(UNITS.get(token.folded) == large.unit or token.folded in AND for token in tokens[1:-1]):
        return False
    return len(large.in_smallest()) == len(small.in_smallest()) == 1 and max(small.in_smallest()) < factor


def _sum(large: Quantity, small: Quantity) -> Quantity:
    whole = (max(large.in_smallest()) + max(small.in_smallest())) / large.family()[1]
    # Twelve decimals, so that 1 hour and 20 minutes are 80 minutes.
    readings = frozenset([f"{whole:.12f}".rstrip("0").rstrip(".")])
    return replace(
        large, readings=readings, beside=large.beside | small.beside, per=small.per, is_loose=False
    )


def _of_token(tokens: Sequence[Token], place: int, language: str) -> list[Quantity]:
    token = tokens[place]
    if token.kind == "number":
        return _of_number(tokens, place, language)
    if unwritten := part_of(tokens, place) or small_number(tokens, place, language):
        return [unwritten]
    return _of_word(tokens, place, language)


def _word_before(tokens: Sequence[Token], place: int) -> str:
    """Return the word in front of a number, over the sign of a currency."""
    before = place - 2 if place > 1 and tokens[place - 1].kind == "sign" else place - 1
    return tokens[before].folded


def _beside(tokens: Sequence[Token], place: int, language: str) -> frozenset[str]:
    number = tokens[place]
    first = place
    # "Half" of "lasts a half hour", "quarters" of "lasts three quarters of an hour".
    while first and tokens[first].kind == "word" and tokens[first - 1].folded in _COUNTED_WITH:
        first -= 1
    before = [
        token
        for token in tokens[max(0, first - 1) : first]
        if tokens[first].start - token.end <= WIDEST_SPACE
    ]
    behind = [token for token in tokens[place + 1 : place + 2] if token.start - number.end <= WIDEST_SPACE]
    if part_of(tokens, place):
        # "A third of visitors", "half of the visitors".
        behind = list(tokens[place + 2 : place + 4])
    return frozenset(
        token.folded if token.folded in MONTHS else stem(token.folded, language)
        for token in (*before, *behind)
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
    if whole := _SLASHED_DATE.fullmatch(text):
        first, second, year = (str(int(part)) for part in whole.groups())
        return [_plain(year), *(Quantity(frozenset([part, f"month {part}"])) for part in (first, second))]
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
    if half := unit_and_a_half(tokens, place):
        return [Quantity(frozenset([normal(float(pieces[0]) + 0.5)]), half)]
    return [Quantity(_readings(piece, scale), unit, per=per) for piece in pieces]


def _of_word(tokens: Sequence[Token], place: int, language: str) -> list[Quantity]:
    token = tokens[place]
    word = token.folded
    if word in MONTHS and _is_date(tokens, place):
        return [_plain(f"month {MONTHS[word]}")]
    if numeral := roman(tokens, place):
        return [_plain(str(numeral))]
    if word in ORDINALS and is_ordinal(tokens, place):
        unit, _, _ = unit_of(tokens, place, "")
        return [Quantity(frozenset([str(ORDINALS[word])]), unit)]
    number = spelled(word, language)
    if number and is_counted_in_parts(tokens, place):
        return []
    if number and not (word in SUFFIX_ONLY or (word in SCALES and _follows_number(tokens, place))):
        value = number / 2 if is_half_of(tokens, place) else float(number)
        following = tokens[place + 1].folded if place + 1 < len(tokens) else ""
        if value >= 20 and SPELLED.get(following, 10) < 10 and following not in SUFFIX_ONLY:
            unit, scale, per = unit_of(tokens, place + 1, "")
            return [Quantity(frozenset([normal((value + SPELLED[following]) * scale)]), unit, per=per)]
        previous = tokens[place - 1].folded if place else ""
        if value < 10 and 20 <= SPELLED.get(previous, 0) < 100:
            return []
        unit, scale, per = unit_of(tokens, place, "")
        if half := unit_and_a_half(tokens, place):
            value, unit = value + 0.5, half
        is_negative = bool(place) and tokens[place - 1].folded == MINUS
        return [Quantity(frozenset([normal(value * scale)]), unit, per=per, is_negative=is_negative)]
    return []


def without_quantities(run: str, *, follows_number: bool) -> list[str]:
    """Return what is left of a run without its numbers and their units, which are compared as such."""
    if follows_number and (unit := _HAN_UNIT.match(run)):
        run = run[unit.end() :]
    return [part for part in _HAN_QUANTITY.split(run) if part]


def _of_run(run: str) -> list[Quantity]:
    found = []
    for number in _HAN_NUMBER.finditer(run):
        if number[0] == "一":
            continue  # "一般", "一定": mostly no number
        behind = run[number.end() : number.end() + LONGEST_UNIT]
        found.append(Quantity(frozenset([normal(_han_value(number[0]))]), unit_of_run(behind)))
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
        return frozenset([normal(float(digits) * scale)])
    # "Python 3.10" is a version, but who knows.
    readings = {text} if text.endswith("0") else set()
    # "112.414 million" is no group of thousands.
    if (
        scale < _LARGE
        and _GROUPED.fullmatch(text)
        and len({letter for letter in text if not letter.isdecimal()}) == 1
    ):
        readings.add(normal(float(digits) * scale))
    head, _, tail = text.replace(",", ".").rpartition(".")
    # "1.103'000" has no decimals.
    if tail.isdecimal() and (_MIXED.fullmatch(text) or text.count(".") + text.count(",") == 1):
        readings.add(normal(float(f"{re.sub(r'[^0-9]', '', head)}.{tail}") * scale))
    return frozenset(readings or [text])


def _plain(text: str) -> Quantity:
    return Quantity(frozenset([text.replace("-", "").replace("_", "")]))


def is_number(tokens: Sequence[Token], place: int, language: str) -> bool:
    """Whether a word is a number, or a part of one: "twelve", "third" and "million", but not "third" in "third parties"."""
    word = tokens[place].folded
    if spelled(word, language) is not None or roman(tokens, place):
        return True
    if word in ORDINALS and is_ordinal(tokens, place):
        return True
    if (word in SCALES and _follows_number(tokens, place)) or is_half_behind(tokens, place):
        return True
    if place + 2 < len(tokens) and tokens[place + 2].folded in SPELLED and is_half_of(tokens, place + 2):
        return True
    return (part_of(tokens, place) or small_number(tokens, place, language)) is not None


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
_DETERMINERS = word_set("the a his her its their our my your this that")


def _is_date(tokens: Sequence[Token], place: int) -> bool:
    if tokens[place].text in _VERBS:
        return any(token.kind == "number" for token in tokens[place + 1 : place + 2])
    near = (*tokens[max(0, place - 2) : place], *tokens[place + 1 : place + 2])
    return (place > 0 and tokens[place].is_capital) or any(token.kind == "number" for token in near)


def _follows_number(tokens: Sequence[Token], place: int) -> bool:
    return place > 0 and (tokens[place - 1].kind == "number" or tokens[place - 1].folded in SPELLED)
