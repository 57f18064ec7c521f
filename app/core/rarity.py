"""How rare a word is in general, and so how much it says in a question, a quote or a statement."""

import hashlib
import math
from functools import cache, lru_cache
from pathlib import Path

from app.core.text import KEPT_WORDS

_TABLE = Path(__file__).with_name("wordrank.txt")
_TABLE_SHA256 = "862701911bc4831d72f9f351ab4e548fa832aff6db939b8fad46a5a13fa55177"


@lru_cache(maxsize=KEPT_WORDS)
def rarity(word: str) -> float:
    """Return a word's rarity: near 0 for the most frequent, 1 for one outside the table."""
    ranks = _ranks()
    frequency = 0.08 / ranks.get(word, _unlisted_rank())  # Zipf's law
    weight = min(-math.log(1 - math.exp(-frequency * 100)), 9) / 9
    # Rounded, so that a last digit of another machine's logarithm changes nothing.
    return float(round(max(weight, 0.01) ** 0.7, 9))


def is_frequent(word: str) -> bool:
    """Whether a word in small letters is among the frequent ones of the table's languages."""
    return word in _ranks()


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
