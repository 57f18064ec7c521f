"""Parts of long words in languages that write compounds as one: Netzgerät in Hochspannungsnetzgerät."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from app.core.folding import folded
from app.core.text import KEPT_WORDS

_TABLES = files("app.core.tables") / "compound_parts"
# What may stand between two parts.
_LINKS: Mapping[str, tuple[str, ...]] = {
    "deu": ("s", "es", "n", "en", "er", "e"),
    "nld": ("s", "en", "e", "n"),
    "swe": ("s", "e"),
    "dan": ("s", "e"),
    "nob": ("s", "e"),
    "fin": ("n",),
    "hun": (),
}
# Endings that the lists hold as words, and that no compound is made of.
_ENDINGS = frozenset(
    (
        *("heit", "keit", "lich", "isch", "schaft", "haft", "igung", "ungen", "ieren", "iert"),
        *("lijk", "heid", "ning", "ningen", "ande", "ende", "else", "elser"),
    )
)
_SHORTEST_WORD = 10
_LONGEST_WORD = 60
_SHORTEST_PART = 4
_LONGEST_PART = 16
_MOST_PARTS = 5
# A listed word of this length is a part, whatever the rest of the word is.
_SURE_PART = 6
_LONG_PART = 8

_Part = tuple[str, str]


LANGUAGES = tuple(_LINKS)
# Languages so close that a short text is easily taken for the other.
_NEAR: Mapping[str, tuple[str, ...]] = {"dan": ("nob",), "nob": ("dan",)}


def is_common(word: str, language: str) -> bool:
    """Whether a folded word is one of the frequent words that the language's compounds are made of."""
    return word in _read(language)


def is_compound(word: str, language: str) -> bool:
    """Whether a folded word is made of nothing but words that are frequent in a language."""
    return len(_split_whole(word, language)) > 1


@lru_cache(maxsize=KEPT_WORDS)
def compound_parts(word: str, language: str) -> tuple[str, ...]:
    """Return the parts of a word in small letters, and pairs of neighbouring parts; empty for most words.

    Folded, because that is how they are compared.
    """
    if language not in _LINKS or not _SHORTEST_WORD <= len(word) <= _LONGEST_WORD or not word.isalpha():
        return ()
    parts = _split(folded(word), language)
    if len(parts) < 2:
        return ()
    spans = [
        "".join(f"{part}{link}" for part, link in parts[start : end - 1]) + parts[end - 1][0]
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
        if end - start < len(parts)
    ]
    return tuple(dict.fromkeys(spans))


def _split(word: str, language: str) -> list[_Part]:
    """Return the parts of a word, each with the link behind it; empty when it has none."""
    parts = _split_whole(word, language)
    if not parts and word not in _parts(language):
        parts = _split_ends(word, language)
    # A compound may be listed as a word itself.
    return [smaller for part in parts for smaller in _smaller(part, language)]


def _smaller(part: _Part, language: str) -> list[_Part]:
    text, link = part
    inner = _split_whole(text, language) if len(text) >= _SHORTEST_WORD else []
    return [*inner[:-1], (inner[-1][0], link)] if inner else [part]


def _split_whole(word: str, language: str) -> list[_Part]:
    """Return the fewest parts that make up the word."""
    words, links = _parts(language), ("", *_LINKS[language])
    # The best split of each beginning of the word, by its length.
    best: dict[int, list[_Part]] = {0: []}
    for end in range(_SHORTEST_PART, len(word) + 1):
        for link in links:
            stop = end - len(link)
            if not word.startswith(link, stop) or (link and end == len(word)):
                continue
            for start in range(max(0, stop - _LONGEST_PART), stop - _SHORTEST_PART + 1):
                before, part = best.get(start), word[start:stop]
                if before is None or len(before) == _MOST_PARTS or part not in words or part == word:
                    continue
                if end not in best or len(before) + 1 < len(best[end]):
                    best[end] = [*before, (part, link)]
    return best.get(len(word), [])


def _split_ends(word: str, language: str) -> list[_Part]:
    """Return the word in two: at the longest listed word that it ends with, else at the longest that it begins with."""
    words = _parts(language)
    for border in range(_SHORTEST_PART, len(word) - _SURE_PART + 1):
        if word[border:] in words:
            rest = word[:border]
            links = (link for link in _LINKS[language] if rest.endswith(link) and len(link) < len(rest) - 3)
            link = next(links, "")
            return [(rest.removesuffix(link), link), (word[border:], "")]
    for border in range(len(word) - _SHORTEST_PART, _SURE_PART - 1, -1):
        if word[:border] not in words:
            continue
        link = next((link for link in _LINKS[language] if word.startswith(link, border)), "")
        if (link or border >= _LONG_PART) and border + len(link) <= len(word) - _SHORTEST_PART:
            return [(word[:border], link), (word[border + len(link) :], "")]
    return []


@cache
def _parts(language: str) -> frozenset[str]:
    words = _read(language)
    for other in _NEAR.get(language, ()):
        words |= _read(other)
    return words - _ENDINGS


@cache
def _read(language: str) -> frozenset[str]:
    return frozenset(map(folded, (_TABLES / f"{language}.txt").read_text(encoding="utf-8").split()))
