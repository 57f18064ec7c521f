"""Finds the files that a question names, by the words of their names. Pure."""

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
# "ab" is not a-b.txt.
_LEAST_JOINED = 6
_CODE = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
# A number identifies a file less than a word does: "the report" means "report-2025", "in 2025" does not.
_VERSION = re.compile(
    r"\d+|v\d+|rev\d*|final|draft|copy|signed|scan|version|kopie|entwurf|brouillon|borrador"
)
_NUMBER = 0.34
# A share of all words, but for the last digit of the sum.
_ALL = 0.999


def fold(text: str) -> str:
    """Return the words of a text in small letters, without accents and signs, one space between."""
    bare = unicodedata.normalize("NFKD", text.replace("\u2019", " ").replace("'", " "))
    return " ".join(tokens("".join(letter for letter in bare if not unicodedata.combining(letter))))


@lru_cache(maxsize=4096)
def name_words(filename: str) -> tuple[str, ...]:
    """Return the words of a file's name without its suffix."""
    stem = PurePath(filename).stem or filename
    return tuple(dict.fromkeys(fold(_CAMEL.sub(" ", stem.replace("_", " "))).split()))


@lru_cache(maxsize=4096)
def _whole_names(filename: str) -> frozenset[str]:
    """Return how a folded question may write a name with its suffix."""
    spaced = filename.replace("_", " ")
    names = {fold(spaced), fold(_CAMEL.sub(" ", spaced))}
    return frozenset(f" {name} " for name in names if name)


@lru_cache(maxsize=4096)
def _telling_words(filename: str) -> tuple[str, ...]:
    """Return the words of a name without numbers and versions, unless it has no others."""
    words = name_words(filename)
    return tuple(word for word in words if not _VERSION.fullmatch(word)) or words


@lru_cache(maxsize=4096)
def joined_names(filename: str) -> tuple[str, ...]:
    """Return how a name of several words is written as one: travelpolicy for travelPolicy.docx and travel-policy.txt."""
    names = {"".join(words) for words in (name_words(filename), _telling_words(filename)) if len(words) > 1}
    return tuple(name for name in names if len(name) >= _LEAST_JOINED)


@lru_cache(maxsize=4096)
def _weights(filename: str) -> tuple[tuple[str, float], ...]:
    """Return the words of a file's name with their weights, which add up to 1."""
    weights = {word: _NUMBER if _VERSION.fullmatch(word) else 1.0 for word in name_words(filename)}
    total = sum(weights.values())
    return tuple((word, weight / total) for word, weight in weights.items())


def named_share(filename: str, question: str) -> float:
    """Return the share of a file's name that a folded question contains, 0..1."""
    if _is_said_joined(filename, question):
        return 1.0
    said = sum(weight for word, weight in _weights(filename) if _is_said(word, question))
    return min(1.0, said)


def is_named_whole(filename: str, question: str) -> bool:
    """Whether a folded question holds the whole of a file's name with its suffix."""
    asked = f" {question} "
    return any(name in asked for name in _whole_names(filename))


def is_meant(filename: str, question: str) -> bool:
    """Whether a folded question holds a file's whole name, or all of its words if there are several. One word may be chance."""
    if is_named_whole(filename, question) or _is_said_joined(filename, question):
        return True
    return len(_telling_words(filename)) > 1 and says_all(filename, question)


def says_all(filename: str, question: str) -> bool:
    """Whether a folded question holds every word of a file's name, in any order, but for numbers and versions."""
    words = _telling_words(filename)
    return bool(words) and all(_is_said(word, question) for word in words)


def find_named(question: str, filenames: Sequence[str], *, certain: bool) -> list[str]:
    """Return the names that a question means: those that it holds whole, else those of which it holds the largest share.

    With `certain` a part of a name is not enough.
    """
    folded = fold(question)
    whole = [name for name in filenames if is_named_whole(name, folded)]
    if whole:
        return whole
    shares = {name: named_share(name, folded) for name in filenames}
    best = max(shares.values(), default=0.0)
    if best <= 0 or (certain and best <= _ALL):
        return []
    return [name for name in filenames if shares[name] >= best]


def without_name(question: str, filename: str) -> str:
    """Return the folded question without the words of a file's name."""
    words = (*name_words(filename), *joined_names(filename))
    return " ".join(word for word in fold(question).split() if not _is_same_any(word, words))


def _is_said_joined(filename: str, question: str) -> bool:
    return any(not is_unspaced(name) and _is_said(name, question) for name in joined_names(filename))


def _is_said(word: str, question: str) -> bool:
    if is_unspaced(word):
        return word in question
    parted = _CODE.sub(" ", word)
    if parted != word and f" {parted} " in f" {question} ":
        return True
    return _is_same_any(word, _by_beginning(question).get(word[:_LEAST_STEM], ()))


@lru_cache(maxsize=64)
def _by_beginning(question: str) -> dict[str, list[str]]:
    """Return a folded question's words by their first letters: each name's words are compared with few."""
    words: dict[str, list[str]] = {}
    for word in dict.fromkeys(question.split()):
        words.setdefault(word[:_LEAST_STEM], []).append(word)
    return words


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
