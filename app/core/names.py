"""Which files a question names: by the words of their names, whatever stands between them. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePath

from app.core.words import is_unspaced, tokens

# "travelPolicy", "Q3Report", "v2".
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# "memo" is named by "memos", "policies" is not by "police".
_MOST_ENDING = 2
_LEAST_STEM = 4
# A number tells less of a name than a word does: "report-2025" is meant by "the report", not by "in 2025".
_NUMBER = 0.34


def fold(text: str) -> str:
    """Return the words of a text in small letters, without accents and signs, one space between."""
    bare = unicodedata.normalize("NFKD", text.replace("\u2019", " ").replace("'", " "))
    return " ".join(tokens("".join(letter for letter in bare if not unicodedata.combining(letter))))


@lru_cache(maxsize=4096)
def name_words(filename: str) -> tuple[str, ...]:
    """Return the words of a file's name without its suffix."""
    stem = PurePath(filename).stem or filename
    return tuple(dict.fromkeys(fold(_CAMEL.sub(" ", stem.replace("_", " "))).split()))


def named_share(filename: str, question: str) -> float:
    """Return how much of a file's name stands in a folded question, 0..1."""
    words = name_words(filename)
    asked = question.split()
    weights = {word: _NUMBER if word.isdecimal() else 1.0 for word in words}
    said = sum(weight for word, weight in weights.items() if _is_said(word, asked, question))
    return said / sum(weights.values()) if weights else 0.0


def is_named_whole(filename: str, question: str) -> bool:
    """Whether a folded question holds the whole of a file's name with its suffix."""
    whole = fold(filename.replace("_", " "))
    camel = fold(_CAMEL.sub(" ", filename.replace("_", " ")))
    return any(f" {name} " in f" {question} " for name in (whole, camel) if name)


def is_meant(filename: str, question: str) -> bool:
    """Whether a folded question holds a file's whole name, or all of its several words: one word may be chance."""
    words = [word for word in name_words(filename) if not word.isdecimal()]
    return is_named_whole(filename, question) or (len(words) > 1 and named_share(filename, question) >= 1)


def find_named(question: str, filenames: Sequence[str], *, certain: bool) -> list[str]:
    """Return the names that a question means: those that stand in it whole, else those of which it holds most.

    With `certain` a part of a name is not enough.
    """
    folded = fold(question)
    whole = [name for name in filenames if is_named_whole(name, folded)]
    if whole:
        return whole
    shares = {name: named_share(name, folded) for name in filenames}
    best = max(shares.values(), default=0.0)
    if best <= 0 or (certain and best < 1):
        return []
    return [name for name in filenames if shares[name] >= best]


def without_name(question: str, filename: str) -> str:
    """Return the folded question without the words of a file's name."""
    words = name_words(filename)
    return " ".join(word for word in fold(question).split() if not _is_same_any(word, words))


def _is_said(word: str, asked: Iterable[str], question: str) -> bool:
    if is_unspaced(word):
        return word in question
    return any(_is_same(word, other) for other in asked)


def _is_same_any(word: str, others: Iterable[str]) -> bool:
    return any(_is_same(word, other) for other in others)


def _is_same(word: str, other: str) -> bool:
    """Whether two words are one, but for an ending such as a plural's."""
    short, long = sorted((word, other), key=len)
    if short == long:
        return True
    return (
        len(short) >= _LEAST_STEM
        and long.startswith(short)
        and len(long) - len(short) <= _MOST_ENDING
        and long.isalpha()
    )
