"""Words of a text and their stems: the common ground of the fallback's embeddings and answers."""

from app.core.words import is_unspaced, pairs, tokens

_LONGEST_WORD = 40


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


def _single(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
