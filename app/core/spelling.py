"""How a text spells its words: each in its own spelling, its other spellings, and what belongs together. Pure.

`TK-2041-B` is three words and one code, `maxResults` one word and its parts, `C++` a name and not the letter.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from app.core.folding import visible
from app.core.text import KEPT_WORDS, MARKS, UNSPACED, is_unspaced

_LONGEST_WORD = 40
_MOST_JOINED = 6
_LETTER = f"(?:[^\\W_{UNSPACED}]|[{MARKS}])"
# C++, C++17, C#: not the letter alone. A dot before a word is part of names such as .NET and .env.
_NAME_END = r"(?:\+\+(?![a-z_])\d*|#(?!\w))?"
_NAME_DOT = r"(?:(?<![\w.])\.(?=[a-z]))?"
# What stands between the words of one code, name or number.
_BETWEEN = r"(?:__?|[-./&']|(?<=\d),(?=\d)|(?<=[\da-f]{2}):(?=[\da-f]{2}(?!\w)))"


def _run(letter: str) -> re.Pattern[str]:
    piece = f"{letter}+{_NAME_END}"
    return re.compile(f"{_NAME_DOT}{piece}(?:{_BETWEEN}{piece})*", re.IGNORECASE)


_ASCII_RUN = _run("[a-z0-9]")
_RUN = re.compile(f"[{UNSPACED}]+|{_run(_LETTER).pattern}", re.IGNORECASE)
_PIECE = re.compile(f"{_NAME_DOT}{_LETTER}+{_NAME_END}|{_BETWEEN}", re.IGNORECASE)
_NAME = re.compile(r"(\.?)(.+?)(\+\+|#)?(\d*)", re.DOTALL)
_CAMEL_HUMP = re.compile(r"[A-Z]+\d*(?![a-z])|[A-Z]?[a-z]+\d*|\d+")
_IS_CAMEL = re.compile(r"[a-z]\d*[A-Z]|[A-Z]{2}[a-z]{2}")

# 1 500 000 in three digits each, with any of the spaces that are set there.
_SPACE = "[ \u00a0\u2007\u2009\u202f]"
_SPACED_THOUSANDS = re.compile(rf"(?<![\w.,])\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\w|-\d)")
_SPACES = re.compile(_SPACE)
# Most texts have no such thousands, and this says so in a fifth of the time.
_MAY_BE_THOUSANDS = re.compile(rf"\d{_SPACE}\d")
# 12,00,000 is how India writes 1,200,000.
_THOUSANDS = re.compile(r"(\d{1,3}(?:([,.'])\d{3})(?:\2\d{3})*|\d{1,2}(?:,\d{2})+,\d{3})(?:[.,]\d+)?")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+|(?:\.\d+)+)")


class Run(NamedTuple):
    """Words that stand together, in the letters of the text.

    `words` are all of them, `names` what a word is called whole (C++17), `joined` are some of them as one; `humps` are the
    parts of a word in camel case, by its place.
    """

    words: tuple[str, ...]
    joined: tuple[str, ...] = ()
    humps: tuple[tuple[int, tuple[str, ...]], ...] = ()


def runs(text: str) -> list[Run]:
    """Return a text's runs of words, in order."""
    return [run for part in _grouped(text).split() for run in runs_of_part(part)]


def parts_of(text: str) -> list[str]:
    """Return a text's parts between white space, each to be read by `runs_of_part`."""
    return _grouped(text).split()


@lru_cache(maxsize=KEPT_WORDS)
def runs_of_part(part: str) -> tuple[Run, ...]:
    """Return the runs of a piece of text without white space."""
    if not part.isascii():
        pattern = _RUN
    elif part.isalnum():
        return (_read(part),)
    else:
        pattern = _ASCII_RUN
    return tuple(_read(match[0]) for match in pattern.finditer(part))


def _grouped(text: str) -> str:
    """Return the text as it is read, thousands with commas between."""
    if _MAY_BE_THOUSANDS.search(text):
        text = _SPACED_THOUSANDS.sub(lambda match: _SPACES.sub(",", match[0]), text)
    return visible(text)


def _read(run: str) -> Run:
    if is_unspaced(run):
        return Run((run,))
    if run.isalnum():
        humps = _humps(run)
        return Run((run[:_LONGEST_WORD],), (), ((0, humps),) if humps else ())
    pieces = _PIECE.findall(run)
    words: list[str] = []
    joined: list[str] = []
    for piece in pieces[::2]:
        named, names = _named(piece)
        words += named
        joined += names
    in_camel = tuple((place, humps) for place, word in enumerate(words) if (humps := _humps(word)))
    joined += _joined(pieces[::2], pieces[1::2])
    alone = dict.fromkeys(
        name[:_LONGEST_WORD] for name in joined if name.lower() not in map(str.lower, words)
    )
    return Run(tuple(word[:_LONGEST_WORD] for word in words), tuple(alone), in_camel)


def _named(piece: str) -> tuple[list[str], list[str]]:
    """Return a piece's words, and what it is called whole: C++ is one word, C++17 two and a name, .NET one and a name."""
    match = _NAME.fullmatch(piece)
    assert match is not None, "a piece has a letter"
    dot, word, signs, version = match[1], match[2], match[3], match[4]
    if not signs:
        return [word + version], [dot + word + version] if dot else []
    # Behind one letter or two the signs make the name; a longer word is one without them, too.
    words = [word + signs] if len(word) <= 2 else [word]
    names = [word + signs] if len(word) > 2 else []
    return [*words, version] if version else words, [*names, word + signs + version] if version else names


def _joined(pieces: list[str], between: list[str]) -> list[str]:
    """Return what the pieces are together: codes without their separators, numbers without theirs, short pairs with."""
    if not 2 <= len(pieces) <= _MOST_JOINED:
        return [] if len(pieces) < 2 else _segments(pieces, between)
    whole = "".join(piece + sign for piece, sign in zip(pieces, [*between, ""], strict=True))
    if thousands := _THOUSANDS.fullmatch(whole):
        return ["".join(filter(str.isdigit, thousands[1]))]
    if _DECIMAL.fullmatch(whole):
        return [whole.replace(",", ".")]
    if "," in between:
        return []
    if set(between) <= {"&"} or (
        set(between) == {"/"} and max(map(len, pieces)) <= 3 and not _has_digit(whole)
    ):
        return [whole]
    if "'" in between:
        return ["".join(pieces)] if pieces[0].lower() in ("o", "d") else []
    found = ["".join(pieces)] if "/" not in between or _has_digit(whole) else []
    return found + _segments(pieces, between)


def _segments(pieces: list[str], between: list[str]) -> list[str]:
    """Return the pieces that hyphens and underscores join, then those that dots join as well."""
    found = []
    for joints in ("-_:", "-_:."):
        segment = [pieces[0]]
        for sign, piece in zip([*between, "/"], [*pieces[1:], ""], strict=True):
            if sign[0] in joints:
                segment.append(piece)
                continue
            if 2 <= len(segment) <= _MOST_JOINED:
                found.append("".join(segment))
            segment = [piece]
    return found


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _humps(word: str) -> tuple[str, ...]:
    """Return the parts of a word in camel case, but for single letters."""
    if word[1:].islower() or not _IS_CAMEL.search(word) or not word.isascii():
        return ()
    found = _CAMEL_HUMP.findall(word)
    return tuple(part for part in found if len(part) > 1) if len(found) > 1 else ()
