"""Letters as people type them: without accents, without what is invisible."""

import re
import unicodedata

# Soft hyphen, joiners and marks of direction, variation selectors, the byte order mark: no reader sees them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
# In Arabic script the non-joiner stands between parts of a word, which others write apart or together.
_BETWEEN_ARABIC = re.compile("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])")
# Hyphens that do not let a line end and a minus, apostrophes as they are set or taken for letters, a sign at its number.
_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2212", "-")
    | dict.fromkeys("\u02bc\u2018\u2019", "'")
    | {"\u2116": "\u2116 "}
)
# People type 10x20.
_TIMES = re.compile("(?<=\\d)( ?)\u00d7(?= ?\\d)")
_OTHER_DIGITS = re.compile("[^\\D0-9]")
_JOINERS = re.compile("[\u200c\u200d]")
# Signs of vowels, which Arabic and Hebrew mostly leave out, and the stretching of Arabic words.
_VOWEL_SIGNS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]")
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ß": "ss",
        "ё": "е",
        "ѐ": "е",
        "ѝ": "и",
    }
)
# Latin and Greek: their marks are left out by who types in haste. In other scripts a mark makes another letter.
_MARKED = re.compile("([a-z\u0250-\u02af\u0370-\u03ff])[\u0300-\u036f]+")


def visible(text: str) -> str:
    """Return the text in NFKC with digits from 0 to 9, without what no reader sees."""
    if text.isascii():
        return text
    seen = _BETWEEN_ARABIC.sub("-", _INVISIBLE.sub("", text))
    seen = _TIMES.sub(r"\1x", seen.translate(_SIGNS))
    seen = _OTHER_DIGITS.sub(lambda found: str(unicodedata.decimal(found[0])), seen)
    return unicodedata.normalize("NFKC", _JOINERS.sub("", seen))


def lowered(word: str) -> str:
    """Return a word in small letters, in NFC."""
    if word.isascii():
        return word.lower()
    # The small form of the Turkish İ is an i with a second dot, which no stemmer knows.
    return unicodedata.normalize("NFC", word.casefold()).replace("i\u0307", "i")


def folded(word: str) -> str:
    """Return a word in small letters without accents: élève as eleve, Łódź as lodz."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", lowered(word).translate(_LETTERS))
    plain = _VOWEL_SIGNS.sub("", _MARKED.sub(r"\1", apart))
    return unicodedata.normalize("NFC", plain)
