"""Words of a text: the common ground of the fallback's embeddings and answers."""

from collections import Counter

from app.core.text import is_unspaced, pairs, tokens

_LONGEST_WORD = 40


def word_counts(text: str) -> dict[str, int]:
    """Return how often each word occurs; runs of unspaced scripts count by characters and pairs of them."""
    found = tokens(text)
    if all(map(str.isascii, found)):
        return Counter([token[:_LONGEST_WORD] for token in found])
    counts: dict[str, int] = {}
    for token, times in Counter(found).items():
        parts = [*token, *pairs(token)] if is_unspaced(token) else [token[:_LONGEST_WORD]]
        for part in parts:
            counts[part] = counts.get(part, 0) + times
    return counts
