"""What the words of a question and of a sentence are for an answer: stems, and how much each tells. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.core.asked import neighbours_joined
from app.core.english import other_spellings
from app.core.folding import folded, visible
from app.core.notations import notations
from app.core.rarity import is_frequent, rarity
from app.core.spelling import runs
from app.core.stemming import stem
from app.core.text import KEPT_WORDS
from app.providers.fallback.words import whole_word, word_counts

ENGLISH = "eng"
_FAINT = 0.3  # rarity of words such as "year": they answer nothing by themselves
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_ABBREVIATION = 0.6
# A form of a common word tells this much at least.
_FORM = 0.6
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
# Longer than any word that is joined with its neighbours.
_NEVER_JOINED = "-" * 9


def weights_of(text: str, language: str) -> dict[str, float]:
    """Return the stems of a text with how much each tells, the faint ones left out; codes whole as well.

    Without accents, as people type them.
    """
    weights = dict(stem_and_weight(word, language) for word in word_counts(visible(text)))
    joined = (name for run in runs(text) for name in run.joined)
    weights |= dict(stem_and_weight(folded(name), language) for name in joined)
    # DER and IT are other words than der and it, unless all is in capitals.
    for word in () if text.isupper() else _CAPITALS.findall(text):
        stemmed, weight = stem_and_weight(word.lower(), language)
        weights[stemmed] = max(weight, _ABBREVIATION)
    return {word: weight for word, weight in weights.items() if weight > _FAINT}


def spelled_apart(text: str, language: str) -> Iterator[tuple[str, float]]:
    """Yield what a text may mean by its words and is written in another way elsewhere: getUserName, RFC 2119, 5 March 2026."""
    single = [run.words[0] if len(run.words) == 1 else _NEVER_JOINED for run in runs(text)]
    parts = (part for word in single if not word.isalpha() for part in _LETTERS_OR_DIGITS.findall(word))
    joined = (name for name, _ in neighbours_joined(single))
    for word in (*_said_otherwise(text), *parts, *joined):
        yield stem_and_weight(folded(word), language)


def _said_otherwise(text: str) -> Iterator[str]:
    """Yield the parts of words in camel case, and what is meant by numbers, dates and units."""
    yield from (hump for run in runs(text) for _, parts in run.humps for hump in parts)
    yield from (each.meant for each in notations(visible(text)))


@lru_cache(maxsize=KEPT_WORDS)
def stem_and_weight(word: str, language: str) -> tuple[str, float]:
    """Return a word's stem, in one of its spellings, and how much it tells: a form of a common word is no rare word."""
    spelled = whole_word(min((word, *other_spellings(word)))) if language == ENGLISH else word
    stemmed = stem(spelled, language)
    is_form = not is_frequent(word) and word.startswith(stemmed) and is_frequent(stemmed)
    return folded(stemmed), max(rarity(stemmed), _FORM) if is_form else rarity(word)


# The same passages answer many questions.
@lru_cache(maxsize=5_000)
def stems_of(sentence: str, language: str) -> frozenset[str]:
    """Return the stems of a sentence's telling words, in every way in which they may be meant."""
    spelled = (stem_and_weight(folded(word), language)[0] for word in _said_otherwise(sentence))
    return frozenset(weights_of(sentence, language)).union(spelled)
