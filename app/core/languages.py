"""The language of a text: by its script, by its stop words, or by letters that one language has. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.core import compounds
from app.core.folding import folded
from app.core.rarity import is_frequent
from app.core.stop_words import LANGUAGES, stop_words

# Scripts of one language, and the likeliest language of those of several.
_SCRIPTS: Mapping[str, str] = {
    "lat": "a-zA-Z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
    "rus": "\u0400-\u052f",
    "ell": "\u0370-\u03ff\u1f00-\u1fff",
    "heb": "\u0590-\u05ff",
    "ara": "\u0600-\u06ff\u0750-\u077f",
    "hin": "\u0900-\u097f",
    "tam": "\u0b80-\u0bff",
    "hye": "\u0530-\u058f",
    "tha": "\u0e00-\u0e7f",
    "kor": "\uac00-\ud7af",
    "jpn": "\u3040-\u30ff",
    "zho": "\u3400-\u9fff",
}
_LETTERS = {script: re.compile(f"[{letters}]") for script, letters in _SCRIPTS.items()}
# Letters that tell the languages of one script apart.
_TELLING_LETTERS: Mapping[str, Mapping[str, str]] = {
    "rus": {"ukr": "іїєґ", "bel": "ў", "srp": "ђћљњџј", "mkd": "ѓќѕ"},
    "ara": {"urd": "ٹڈےں", "fas": "پچژگ"},
    "lat": {
        "deu": "ß",
        "pol": "łąęśćńźż",
        "ces": "řěů",
        "hun": "őű",
        "tur": "ğıİ",
        "ron": "țșă",
        "vie": "ơưạảấầẩậắằặẻẽếềểễệỉịọỏốồổộớờởợụủứừửữựỳỵỷỹđ",
        "spa": "ñ¿¡",
        "por": "ãõ",
        "lit": "ėįų",
        "cat": "ŀ",
    },
}
# "Is", "are", the plural, and participles: none of them is Hindi.
_NEPALI = re.compile(r"(?<!\S)\u091b(?=[\s।]|$)|\u091bन्|हरू|[भग](?:र)?\u090fको")
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f]+")
_WORD = re.compile(r"[^\W\d_]+")
# One of their signs says as much as some letters.
_SIGNS = ("jpn", "zho", "kor")
_LETTERS_A_SIGN = 3
# A text whose words are for a fifth stop words of one language, and for much fewer those of another, is in it.
_SURE_SHARE = 0.2
_SURE_LEAD = 1.3
_SURE_WORDS = 12
# The least share of letters that only a language without a list has.
_LETTERS_SHARE = 0.015
# Without any, most of at least three longer words have to be common in one language.
_FEWEST_COMMON = 3
_COMMON_SHARE = 0.6
_LONG_COMPOUND = 12
# In a text of a few words two of them are no coincidence.
_FEWEST_HITS = 2
_BEGINNING = 2_000


def script_of(text: str) -> str:
    """Return the likeliest language of the script that most letters are of; "lat" for Latin letters, and for none."""
    if text.isascii():
        return "lat"
    letters = Counter(text)
    counts = Counter(
        {
            script: sum(letters[letter] for letter in filter(pattern.match, letters))
            * (_LETTERS_A_SIGN if script in _SIGNS else 1)
            for script, pattern in _LETTERS.items()
        }
    )
    script = counts.most_common(1)[0][0] if counts.total() else "lat"
    # Japanese is written with more Chinese characters than Kana at times.
    return "jpn" if script == "zho" and counts["jpn"] * 20 > counts["zho"] else script


def language_by_script(text: str) -> str | None:
    """Return the language of a text that is not in Latin letters, by its script and its letters; None for Latin ones."""
    script = script_of(text)
    if script == "lat":
        return None
    if script == "hin" and len(_NEPALI.findall(text)) * 50 > len(text.split()):
        return "nep"
    return _by_letters(text, script) or script


def language_by_words(text: str) -> str | None:
    """Return the language of a text in Latin letters by its stop words; None if they are not conclusive."""
    by_letters = _by_letters(text, "lat")
    if (
        by_letters is not None
        and by_letters not in LANGUAGES
        and _letters_of(text, by_letters) >= _LETTERS_SHARE * len(text)
    ):
        return by_letters
    words = _words(text)
    (best, most), (_, next_most) = _hits(words).most_common(2)
    stops = stop_words(best)
    share = sum(word in stops for word in words) / max(1, len(words))
    is_sure = len(words) >= _SURE_WORDS and share >= _SURE_SHARE and most >= _SURE_LEAD * next_most
    return best if is_sure else None


def likely_language(text: str) -> str | None:
    """Return the language that a short text in Latin letters seems to be in, by stop words and letters; None for no idea."""
    hits = stop_word_hits(text)
    (best, most), (_, next_most) = hits.most_common(2)
    by_letters = _by_letters(text, "lat")
    if by_letters is not None and (by_letters not in hits or hits[by_letters] == most):
        return by_letters
    if most < _FEWEST_HITS:
        return _by_common_words(text) or _by_compounds(text) or by_letters
    if most > next_most:
        return best
    return _most_common([language for language in hits if hits[language] == most], text) or by_letters


@lru_cache(maxsize=256)
def guess_language(text: str) -> str:
    """Return the likely language of a text by its beginning, English if there is no sign of another."""
    beginning = text[:_BEGINNING]
    known = language_by_script(beginning) or likely_language(beginning)
    if known is not None:
        return known
    (best, most), _ = stop_word_hits(beginning).most_common(2)
    return best if most else "eng"


def stop_word_hits(text: str) -> Counter[str]:
    """Return how many different stop words of each language a text has. Different, because a repeated name is no evidence."""
    return _hits(_words(text))


def _hits(words: Iterable[str]) -> Counter[str]:
    different = set(words)
    return Counter({language: len(different & stop_words(language)) for language in sorted(LANGUAGES)})


def _words(text: str) -> list[str]:
    if text.isascii():
        return _WORD.findall(text.lower())
    return [folded(word) for word in _WORD.findall(text)]


def _by_common_words(text: str) -> str | None:
    """Return the language in which most words of a text without stop words are common, if it is far ahead of the others."""
    counts = _common_words(compounds.LANGUAGES, text)
    (best, most), (_, next_most) = counts.most_common(2)
    words = len(_long_words(text))
    is_sure = words >= _FEWEST_COMMON and most >= _COMMON_SHARE * words and most >= _SURE_LEAD * next_most
    return best if is_sure else None


def _by_compounds(text: str) -> str | None:
    """Return the only language in which a text has long words that are made of others: one is enough in a line of a list."""
    rare = [word for word in set(_words(text)) if len(word) >= _LONG_COMPOUND and not is_frequent(word)]
    found = [
        language
        for language in compounds.LANGUAGES
        if any(compounds.is_compound(word, language) for word in rare)
    ]
    return found[0] if len(found) == 1 else None


def _most_common(languages: list[str], text: str) -> str | None:
    """Return the one of the languages that most words of the text are common in."""
    counts = _common_words([language for language in languages if language in compounds.LANGUAGES], text)
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] else None


def _common_words(languages: Iterable[str], text: str) -> Counter[str]:
    words = _long_words(text)
    return Counter(
        {
            language: sum(compounds.is_common(word, language) for word in words)
            for language in sorted(languages)
        }
    )


def _long_words(text: str) -> list[str]:
    return [word for word in _words(text) if len(word) > 3]


def _by_letters(text: str, script: str) -> str | None:
    """Return the language whose own letters are most in the text, None when there are none."""
    if text.isascii():
        return None
    either = "".join(_BEYOND_ASCII.findall(text + text.lower()))
    counts = Counter(
        {
            language: sum(map(either.count, telling))
            for language, telling in _TELLING_LETTERS.get(script, {}).items()
        }
    )
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] else None


def _letters_of(text: str, language: str) -> int:
    return sum(map(text.lower().count, _TELLING_LETTERS["lat"][language]))
