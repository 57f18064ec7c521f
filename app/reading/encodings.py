"""Bytes to text when nobody says how they are encoded. Pure.

UTF-8 first, because hardly any other text passes as UTF-8. A few bytes that break it spoil their own place only. Else a
detector looks at the bytes, and where it is not sure the text is taken for Windows-1252.
"""

import codecs
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import chardet

from app.reading.document import Unreadable

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that change their letters with escape sequences. All their bytes are ASCII, so they pass as UTF-8.
_ESCAPES = ((re.compile(rb"\x1b(?:\$[@B]|\(J)"), "iso2022_jp_2"), (re.compile(rb"\x1b\$\)C"), "iso2022_kr"))
# Half of a character beyond the first plane, as CESU-8 and broken programs write it.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
# What programs call by a narrower name, and browsers read by the wider one: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_SAMPLE_BYTES = 256 * 1024
_LARGE_SAMPLE_BYTES = 8 * 1024**2
# With at least this many multi-byte characters for each byte that breaks UTF-8, the text is UTF-8 with stray bytes.
_VALID_FOR_EACH_STRAY = 1
# Where at least this share of the letters is ASCII, the text is in Latin script, whatever the detector says.
_LATIN_SHARE = 0.7
_FEW = 3
_IDEOGRAPHS = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]+")
_LONG_RUN = 3
_WORD = re.compile(r"[^\W\d_]+")
_NEVER_BEFORE_LETTERS = "®©¦"
_FEWEST_ZEROS = 3
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_FOREIGN = re.compile(r"[^\t\n\r\f\x20-\x7e]")
STRAY_BYTES = "footnote-strays"
GARBLED = "its text comes out garbled: its encoding, or the one of its fonts, is not known"


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Decode one byte that breaks UTF-8 as Windows-1252: most often it comes from there. The half of a last letter is left out."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.reason == "unexpected end of data":
        return "", len(error.object)
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error(STRAY_BYTES, _stray)


def byte_order_mark(head: bytes) -> str | None:
    """Return the encoding that a byte order mark at the start tells, if there is one."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)


def unmarked_wide_encoding(head: bytes) -> str | None:
    """Return UTF-16 or UTF-32 with its order of bytes when the zero bytes of a text without a mark show it."""
    if head.count(0) < _FEWEST_ZEROS:
        return None
    whole = head[: len(head) // 4 * 4]
    zeros = [whole[place::4].count(0) / max(1, len(whole) // 4) for place in range(4)]
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    looks_like = {
        "utf-32-le": min(zeros[2:]) > 0.9 and zeros[0] < 0.1,
        "utf-32-be": min(zeros[:2]) > 0.9 and zeros[3] < 0.1,
        "utf-16-le": odd > 0.1 and even < 0.02,
        "utf-16-be": even > 0.1 and odd < 0.02,
    }
    found = next((encoding for encoding, holds in looks_like.items() if holds), None)
    if found is None or _CONTROLS.search(whole.decode(found, "replace")):
        return None
    return found


def escaped_encoding(head: bytes) -> str | None:
    """Return the encoding that escape sequences show, as in Japanese e-mail."""
    return next((encoding for pattern, encoding in _ESCAPES if pattern.search(head)), None)


def guess_encoding(sample: bytes) -> tuple[str, str]:
    """Return the encoding of a text that is not valid UTF-8 throughout, and how to treat bytes that break it."""
    strays, valid = _count_utf8(sample[:_SAMPLE_BYTES])
    if valid >= strays * _VALID_FOR_EACH_STRAY:
        return "utf-8", STRAY_BYTES
    return _detect(_around_non_ascii(sample)), "replace"


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Return the text of `data`. `declared` is what the file says of itself; it counts when the bytes agree."""
    if marked := byte_order_mark(data) or unmarked_wide_encoding(data[:_SAMPLE_BYTES]):
        return data.decode(marked, "replace")
    if declared and _is_single_byte(declared) and _is_utf8(data):
        # Hardly any other text passes as UTF-8: the declaration is a template's.
        declared = "utf-8"
    for encoding in filter(
        None, (_wider(declared), declared, escaped_encoding(data[:_SAMPLE_BYTES]), "utf-8")
    ):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    encoding, errors = guess_encoding(data)
    return data.decode(encoding, errors)


def _wider(encoding: str | None) -> str | None:
    """Return the encoding that is meant by a name that programs use for more than it says."""
    try:
        return _WIDER.get(codecs.lookup(encoding).name) if encoding else None
    except LookupError:
        return None


def _is_single_byte(encoding: str) -> bool:
    try:
        return len(b"\xe9".decode(encoding)) == 1
    except (LookupError, UnicodeError):
        return False


def _is_utf8(data: bytes) -> bool:
    """Whether a text is UTF-8 with several characters beyond ASCII."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return _count_utf8(data[:_SAMPLE_BYTES])[1] > 1


def find_encoding(path: Path) -> tuple[str, str]:
    """Return the encoding of a file that is text, and how to treat bytes that break it. It is read piece by piece."""
    with path.open("rb") as file:
        sample = file.read(_LARGE_SAMPLE_BYTES)
        if marked := byte_order_mark(sample) or unmarked_wide_encoding(sample[:_SAMPLE_BYTES]):
            return marked, "replace"
        if escaped := escaped_encoding(sample[:_SAMPLE_BYTES]):
            return escaped, "replace"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(sample)
            while piece := file.read(_LARGE_SAMPLE_BYTES):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return guess_encoding(sample)
    return "utf-8", "strict"


def decode_text(data: bytes) -> str:
    """Return the text of a file that is text; Unreadable when it holds what no text does."""
    text = decode(data).lstrip("\ufeff")
    if "\0" in text:
        raise Unreadable("it holds NUL bytes, which no text does")
    if _SURROGATE.search(data) and not byte_order_mark(data) and _is_broken(data):
        raise Unreadable("it holds lone surrogates, halves of characters: save it again as UTF-8")
    return text


def _is_broken(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return _SURROGATE.match(data, error.start) is not None
    return False


def is_garbled(text: str) -> bool:
    """Whether a text came out as signs that nobody writes: replacement characters, controls, private ones, cut marks."""
    sample = text[:_SAMPLE_BYTES]
    foreign = _FOREIGN.findall(sample)
    if not foreign:
        return False
    wrong = sum(_is_wrong(letter) for letter in foreign)
    return wrong > 3 and (wrong / len(foreign) > 0.3 or wrong / len(sample) > 0.05)


def _is_wrong(letter: str) -> bool:
    return letter == "\ufffd" or unicodedata.category(letter) in ("Cc", "Co", "Cn", "Cs")


def _count_utf8(sample: bytes) -> tuple[int, int]:
    """Return how many bytes break UTF-8, and how many characters of several bytes are whole."""
    marked = sample.decode("utf-8", "surrogateescape")
    strays = sum("\udc80" <= letter <= "\udcff" for letter in marked)
    return strays, sum(letter > "\x7f" for letter in marked) - strays


def _around_non_ascii(data: bytes) -> bytes:
    """Return a sample that holds bytes beyond ASCII, which alone tell encodings apart."""
    first = next((place for place, byte in enumerate(data) if byte > 0x7F), 0)
    start = max(0, first - 64)
    return data[start : start + _SAMPLE_BYTES]


def _detect(sample: bytes) -> str:
    text = sample.decode("cp1252", "replace")
    letters = [letter for letter in text if letter.isalpha()]
    plain = sum(letter.isascii() for letter in letters)
    # Two or three foreign letters are no evidence for a script.
    share = _LATIN_SHARE if len(letters) - plain > _FEW else 0.5
    seems_latin = plain >= share * len(letters)
    for found in chardet.detect_all(sample):
        encoding = found["encoding"]
        if encoding is None:
            continue
        decoded = sample.decode(encoding, "replace")
        is_foreign = not seems_latin and not _mixes_scripts(decoded)
        if is_foreign or is_latin(decoded) or _has_ideographs_in_runs(decoded):
            return encoding
    return "cp1252"


def _mixes_scripts(text: str) -> bool:
    """Whether most words with foreign letters hold Latin ones as well, as no words do: ``Nﻕzev``."""
    foreign = [word for word in _WORD.findall(text) if not word.isascii() and not _IDEOGRAPHS.search(word)]
    mixed = [
        word
        for word in foreign
        if any(map(str.isascii, word)) and any("LATIN" not in unicodedata.name(letter, "") for letter in word)
    ]
    return 2 * len(mixed) > len(foreign)


def _has_ideographs_in_runs(text: str) -> bool:
    """Whether a text is one of Chinese, Japanese or Korean. Latin text that is read as such has single signs between letters."""
    runs = [len(run) for run in _IDEOGRAPHS.findall(text)]
    return bool(runs) and "\ufffd" not in text and sum(runs) >= _LONG_RUN * len(runs)


def is_latin(text: str) -> bool:
    """Whether every letter beyond ASCII is a Latin one that stands in words as letters do: ``tür``, not ``tüR``."""
    for before, letter in pairwise(" " + text):
        if unicodedata.category(letter) == "Sk" and not letter.isascii() and before.isalpha():
            return False
        if "\x7f" < letter < "\xa0" or (before in _NEVER_BEFORE_LETTERS and letter.isalpha()):
            return False
        if letter.isascii() or not letter.isalpha():
            continue
        if not unicodedata.name(letter, "").startswith("LATIN "):
            return False
        if letter.isupper() and before.islower():
            return False
    return "\ufffd" not in text
