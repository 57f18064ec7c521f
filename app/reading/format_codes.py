"""Number formats of spreadsheets as sections of tokens. The codes are those of ECMA-376 part 1, 18.8.31. Pure."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"?
    | \\(?P<escaped>.)
    | _(?P<width>.)
    | \*(?P<fill>.)
    | \[\$(?P<symbol>[^\]\-]*)(?:-(?P<locale>[^\]]*))?\]
    | \[(?P<elapsed>h+|m+|s+)\]
    | \[(?P<condition>[<>=]+)(?P<limit>-?[\d.]+)\]
    | \[[^\]]*\]
    | (?P<general>general|standard)
    | (?P<exponent>E[+-]0+)
    | (?P<half_day>AM/PM|A/P)
    | (?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+)
    | (?P<digits>[#0?]+|[.,/%])
    | (?P<text>@)
    | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"?|\\.|\[[^\]]*\]|[^;])*)(?:;|\Z)', re.DOTALL)
_CONDITIONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


class Kind(StrEnum):
    """What a token of a format stands for."""

    LITERAL = "literal"
    GENERAL = "general"
    DIGITS = "digits"
    EXPONENT = "exponent"
    DATE = "date"
    ELAPSED = "elapsed"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts of a format between semicolons: its tokens, and for which values it is.

    `locale` is the Windows number of the language that names of days and months are written in; "" says none.
    """

    tokens: tuple[Token, ...]
    locale: str = ""
    condition: str = ""
    limit: float = 0

    def has(self, *kinds: Kind) -> bool:
        return any(token.kind in kinds for token in self.tokens)

    def takes(self, value: float) -> bool:
        return not self.condition or _CONDITIONS[self.condition](value, self.limit)


@lru_cache(maxsize=1_000)
def read_format(code: str) -> tuple[Section, ...]:
    """Return the sections of a format, at least one."""
    found = [match[1] for match in _SECTION.finditer(code)]
    # The end of the code matches once more, as an empty section.
    parts = found[:-1] if len(found) > 1 and not code.endswith(";") else found
    return tuple(_section(part) for part in parts)


def number_section(sections: Sequence[Section], value: float) -> tuple[Section, float]:
    """Return the section that a number is shown by, and the number as it is written there.

    A section for negative numbers says itself how they are marked.
    """
    numeric = [section for section in sections[:3] if not section.has(Kind.TEXT)] or list(sections[:1])
    if any(section.condition for section in numeric):
        chosen = next((section for section in numeric if section.takes(value)), numeric[-1])
        return chosen, abs(value) if chosen is not numeric[0] and value < 0 else value
    if value < 0 and len(numeric) > 1:
        return numeric[1], -value
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def text_section(sections: Sequence[Section]) -> Section | None:
    """Return the section that a text is shown by, if the format has one."""
    if len(sections) > 3:
        return sections[3]
    return sections[-1] if sections[-1].has(Kind.TEXT) else None


def _section(part: str) -> Section:
    tokens: list[Token] = []
    locale = condition = ""
    limit = 0.0
    for found in _TOKEN.finditer(part):
        groups = found.groupdict()
        locale = groups["locale"] or locale
        if groups["condition"] in _CONDITIONS:
            condition, limit = groups["condition"], float(groups["limit"])
        if token := _token(groups):
            tokens.append(token)
    return Section(tuple(tokens), locale, condition, limit)


def _token(groups: Mapping[str, str | None]) -> Token | None:
    for name, kind in (
        ("general", Kind.GENERAL),
        ("exponent", Kind.EXPONENT),
        ("elapsed", Kind.ELAPSED),
        ("half_day", Kind.DATE),
        ("date", Kind.DATE),
        ("digits", Kind.DIGITS),
        ("text", Kind.TEXT),
        ("quoted", Kind.LITERAL),
        ("escaped", Kind.LITERAL),
        ("symbol", Kind.LITERAL),
        ("other", Kind.LITERAL),
    ):
        if text := groups[name]:
            return Token(kind, text)
    # What a format fills a cell up with, or leaves free, is a gap.
    return Token(Kind.LITERAL, " ") if groups["fill"] or groups["width"] else None
