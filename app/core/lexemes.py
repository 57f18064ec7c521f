"""Text to lexemes: the numbers of its words and of what else it is found by. Pure."""

import re
import zlib
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple

from app.core.compounds import compound_parts
from app.core.folding import folded, lowered, visible
from app.core.notations import notations, quantity_parts
from app.core.spelling import Run, parts_of, runs, runs_of_part
from app.core.stemming import forms
from app.core.stop_words import stop_words
from app.core.text import KEPT_OF_CHUNKS, KEPT_WORDS, is_unspaced, pairs

# Raise this when the lexemes or weights of a text change: chunks of older versions are then read again.
WORDS_VERSION = 4

# Of a script without spaces, five neighbouring pairs are about two words.
_PAIR_LENGTH = 0.4
_MOST_NAME_WORDS = 24
_MOST_NAME_PARTS = 6
_NAME_PARTS = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
# What may stand behind a word, and is no part of it.
_CLOSING = ".,;:!?)\"'"
# Lexemes are numbered by a hash, as a sparse vector needs it; its dimension is just above the largest number.
LEXEME_SPACE = 1_000_000_000
# In a number that holds something else as well, a lexeme takes the lower bits.
LEXEME_BITS = 32


class TextWords(NamedTuple):
    """What a text consists of. Lexemes are int64 as bytes, each as often as it occurs.

    `inner` are parts of words, and `found` are the other lexemes. `said` are the words that are no stop words, in order.
    `length` is how long the text is, in words.
    """

    found: bytes = b""
    inner: bytes = b""
    said: bytes = b""
    length: float = 0.0


def text_words(text: str, language: str) -> TextWords:
    """Return what a text consists of, read in its language."""
    # What closes a sentence is no part of a word, which is then remembered once.
    read = [_part(part.rstrip(_CLOSING), language) for part in parts_of(text)]
    # Put together in C: loops of our own would take three times as long.
    found, inner, said, lengths = zip(*read, strict=True) if read else ((),) * 4
    besides = [number(forms(each.meant, language)[0]) for each in notations(visible(text))]
    return TextWords(b"".join(found) + _bytes(besides), b"".join(inner), b"".join(said), sum(lengths))


def name_lexemes(filename: str, language: str) -> list[int]:
    """Return the lexemes of a file's name without its suffix. They differ from the lexemes of texts."""
    found = runs(PurePath(filename).stem.replace("+", " "))
    words = [word for run in found for word in spellings_of(run)]
    words += [part for run in found for word in run.words for part in _parts_in_name(word, language)]
    words += [
        first + second
        for run in found
        for first, second in pairwise(run.words)
        if any(map(str.isdigit, first + second))
    ]
    forms_of_words = (named(form) for word in words for form in word_forms(word, language))
    return list(dict.fromkeys(forms_of_words))[:_MOST_NAME_WORDS]


def _parts_in_name(word: str, language: str) -> Iterator[str]:
    """Yield what people may call a file by: parts of a compound, and of a word that changes to digits or capitals."""
    yield from compound_parts(lowered(word), language)
    parts = _NAME_PARTS.findall(word)
    if 1 < len(parts) <= _MOST_NAME_PARTS:
        # One letter or a small number is no name: "12" does not mean file12.txt.
        yield from (part for part in parts if len(part) > 1 and not (part.isdigit() and len(part) < 4))
        yield from map("".join, pairwise(parts))


def spellings_of(run: Run) -> Iterator[str]:
    """Yield all words of a run: each word, words joined, parts of camel case, and pairs of characters in scripts without spaces."""
    for word in (*run.words, *run.joined, *(hump for _, humps in run.humps for hump in humps)):
        yield from (pairs(word) or [word]) if is_unspaced(word) else [word]


def word_forms(word: str, language: str) -> tuple[str, ...]:
    """Return the forms in which a word is stored."""
    return (word,) if is_unspaced(word) else forms(word, language)


def named(form: str) -> int:
    """Return the lexeme of a form in a file's name."""
    return number(f"/{form}")


def pair_lexeme(first: int, second: int) -> int:
    """Return the lexeme of two words that follow each other."""
    return (first * 1_000_003 ^ second * 7_919) % LEXEME_SPACE


@lru_cache(maxsize=KEPT_WORDS)
def number(lexeme: str) -> int:
    """Return a lexeme's number."""
    return zlib.crc32(lexeme.encode()) % LEXEME_SPACE


@lru_cache(maxsize=KEPT_OF_CHUNKS)
def _part(part: str, language: str) -> TextWords:
    """Return what a piece of text without white space consists of."""
    stops = stop_words(language)
    words: list[int] = []
    spelled: list[int] = []
    besides: list[int] = []
    inner: list[int] = []
    said: list[int] = []
    for run in runs_of_part(part):
        if is_unspaced(run.words[0]):
            spelled += map(number, pairs(run.words[0]) or run.words)
            continue
        own: list[int] = []
        for word in run.words:
            form, *others = forms(word, language)
            own.append(number(form))
            besides += map(number, others)
            if folded(word) not in stops:
                said.append(own[-1])
        words += own
        besides += [number(forms(word, language)[0]) for word in run.joined]
        if parts := [*_inner_parts(run, language)]:
            inner += {number(forms(each, language)[0]) for each in parts} - set(own)
    length = len(words) + _PAIR_LENGTH * len(spelled)
    return TextWords(_bytes([*words, *spelled, *besides]), _bytes(inner), _bytes(said), length)


def _bytes(lexemes: Sequence[int]) -> bytes:
    return array("q", lexemes).tobytes()


def _inner_parts(run: Run, language: str) -> Iterator[str]:
    """Yield the parts of a run's words: of camel case, of compounds, and of a number with its unit."""
    for _, humps in run.humps:
        yield from humps
    for word in run.words:
        yield from compound_parts(lowered(word), language)
    for word in run.words:
        if word[0].isdigit():
            yield from quantity_parts(lowered(word))
