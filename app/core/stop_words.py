"""Words that every text of a language has, by PostgreSQL's lists. They say nothing about the subject of a question."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from app.core.folding import folded

_TABLES = files("app.core.tables") / "stop_words"
LANGUAGES = frozenset(
    ("dan", "deu", "eng", "fin", "fra", "hun", "ita", "nep", "nld", "nob", "por", "rus", "spa", "swe", "tur")
)
_NONE: frozenset[str] = frozenset()


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return a language's stop words, folded; none for a language without a list."""
    if language not in LANGUAGES:
        return _NONE
    return frozenset(map(folded, (_TABLES / f"{language}.txt").read_text(encoding="utf-8").split()))


def language_of_stop_words(words: Sequence[str], languages: Iterable[str]) -> str | None:
    """Return the one of the languages, the likeliest first, of which most of the folded words are stop words."""
    hits = {language: sum(word in stop_words(language) for word in words) for language in languages}
    best = max(hits, key=lambda language: hits[language], default=None)
    return best if best is not None and hits[best] else None
