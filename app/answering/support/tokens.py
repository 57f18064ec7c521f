"""A text's words, numbers and signs in order. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from app.core.text import UNSPACED

Kind = Literal["number", "word", "run", "sign"]

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
