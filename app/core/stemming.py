"""Words to stems, by Snowball, folded so that an accent more or less makes no other word."""

from collections.abc import Mapping
from functools import lru_cache
from threading import local

import Stemmer

from app.core.folding import folded, lowered
from app.core.text import KEPT_WORDS

# ISO 639-3, as text is recognised, and the Snowball stemmer for it. Other languages keep their words as they are.
STEMMERS: Mapping[str, str] = {
    "ara": "arabic",
    "hye": "armenian",
    "eus": "basque",
    "cat": "catalan",
    "ces": "czech",
    "dan": "danish",
    "nld": "dutch",
    "eng": "english",
    "epo": "esperanto",
    "est": "estonian",
    "fas": "persian",
    "fin": "finnish",
    "fra": "french",
    "deu": "german",
    "ell": "greek",
    "hin": "hindi",
    "hun": "hungarian",
    "ind": "indonesian",
    "gle": "irish",
    "ita": "italian",
    "lit": "lithuanian",
    "nep": "nepali",
    "nob": "norwegian",
    "pol": "polish",
    "por": "portuguese",
    "ron": "romanian",
    "rus": "russian",
    "srp": "serbian",
    "spa": "spanish",
    "swe": "swedish",
    "tam": "tamil",
    "tur": "turkish",
    "yid": "yiddish",
}
# For a text whose language is unknown: English has few endings, and queries are cut in the same way.
UNDETERMINED = "und"
_UNDETERMINED_STEMMER = "english"

_stemmers = local()


@lru_cache(maxsize=KEPT_WORDS)
def forms(word: str, language: str) -> tuple[str, ...]:
    """Return what a word is kept as: its folded stem, and for one with accents the stem that it has without them.

    The latter is what the word is for those who type no accents; it is marked, and left out where it is no other.
    """
    small = lowered(word)
    own = folded(stem(small, language))
    if small.isascii():
        return (own,)
    plain = stem(folded(word), language)
    return (own,) if plain == own else (own, f"~{plain}")


@lru_cache(maxsize=KEPT_WORDS)
def stem(word: str, language: str) -> str:
    """Return the stem of a word in small letters; the word itself in a language without a stemmer."""
    algorithm = _UNDETERMINED_STEMMER if language == UNDETERMINED else STEMMERS.get(language)
    if algorithm is None:
        return word
    # A stemmer must not be used by two threads.
    stemmer = getattr(_stemmers, algorithm, None)
    if stemmer is None:
        # Without its own cache: each time that is full, throwing old words out takes longer than stemming a thousand.
        stemmer = Stemmer.Stemmer(algorithm, 0)
        setattr(_stemmers, algorithm, stemmer)
    stemmed: str = stemmer.stemWord(word)
    return stemmed
