"""Words of a text and how rare they are: the common ground of the fallback's embeddings and answers."""

import hashlib
import math
from functools import cache
from pathlib import Path

from app.core.words import is_unspaced, pairs, tokens

_LONGEST_WORD = 40
_TABLE = Path(__file__).with_name("wordrank.txt")
_TABLE_SHA256 = "862701911bc4831d72f9f351ab4e548fa832aff6db939b8fad46a5a13fa55177"


def word_counts(text: str) -> dict[str, int]:
    """Return how often each word occurs; runs of unspaced scripts count by characters and pairs of them."""
    counts: dict[str, int] = {}
    for token in tokens(text):
        parts = [*token, *pairs(token)] if is_unspaced(token) else [token[:_LONGEST_WORD]]
        for part in parts:
            counts[part] = counts.get(part, 0) + 1
    return counts


def stem(word: str) -> str:
    """Return an English word without its common endings; other words mostly as they are."""
    size = len(word)
    if size > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if size > 5 and word.endswith("ing"):
        return _single(word[:-3])
    if size > 4 and word.endswith("ed"):
        return _single(word[:-2])
    if size > 4 and word.endswith("es"):
        return word[:-2]
    if size > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word[:-2] if size > 5 and word.endswith("ly") else word


def rarity(word: str) -> float:
    """Return how much a word tells, near 0 for the most frequent, 1 for one outside the table."""
    ranks = _ranks()
    frequency = 0.08 / ranks.get(word, _unlisted_rank())  # Zipf's law
    told = min(-math.log(1 - math.exp(-frequency * 100)), 9) / 9
    # Rounded, so that a last digit of another machine's logarithm changes nothing.
    return float(round(max(told, 0.01) ** 0.7, 9))


def read_ranks(path: Path = _TABLE) -> dict[str, int]:
    """Return each word's rank, 1 for the most frequent; RuntimeError unless the table is whole.

    Every embedding depends on each line of it.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if hashlib.sha256(text.encode()).hexdigest() != _TABLE_SHA256:
        raise RuntimeError("wordrank.txt is missing, cut short or changed. Reinstall Footnote.")
    ranks: dict[str, int] = {}
    for rank, line in enumerate(text.split("\n"), 1):
        for word in line.split():
            ranks.setdefault(word, rank)
    return ranks


@cache
def _ranks() -> dict[str, int]:
    return read_ranks()


@cache
def _unlisted_rank() -> int:
    return 4 * max(_ranks().values())


def _single(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
