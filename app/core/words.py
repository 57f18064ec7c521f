"""Words of a text in any script: what lexical search and the fallback's embeddings are made of."""

import re
import unicodedata

# Scripts written without spaces between words: Kana, Han, Hangul; Thai, Lao, Tibetan, Burmese, Khmer.
UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af\uac00-\ud7af"
    "\u0e00-\u0e7f\u0e80-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17dd"
)
# This many words are remembered by each of the functions that read one word. Of 390,000 words in a row 8.2 % are read again
# then, with twice as many 6.9 %; but twice as many in each of ten functions are some ten megabytes.
KEPT_WORDS = 8_000
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
MARKS = "".join(
    re.escape(chr(code))
    for code in range(0x300, 0x20000)
    if unicodedata.category(chr(code)) in ("Mn", "Mc") and not _IS_UNSPACED.match(chr(code))
)
_TOKEN = re.compile(f"[{UNSPACED}]+|(?:[^\\W_{UNSPACED}]|[{MARKS}])+")
# Gives the same for ASCII text, in a twentieth of the time.
_ASCII_TOKEN = re.compile("[0-9a-z]+")


def tokens(text: str) -> list[str]:
    """Return the folded words of a text in order; a run of an unspaced script is one token."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return _ASCII_TOKEN.findall(folded)
    found: list[str] = []
    for part in folded.split():
        found += (_ASCII_TOKEN if part.isascii() else _TOKEN).findall(part)
    return found


def is_unspaced(token: str) -> bool:
    """Whether a token is a run of a script without spaces."""
    return not token.isascii() and _IS_UNSPACED.match(token) is not None


def pairs(token: str) -> list[str]:
    """Return each two neighbouring characters of a token."""
    return [token[start : start + 2] for start in range(len(token) - 1)]
