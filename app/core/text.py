"""What texts are made of, in any language: words, sentences, rows of tables, and OpenAI's tokens."""

import csv
import itertools
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import import_module
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from app.core.abbreviations import BEFORE_NUMBERS, BEFORE_ORDINALS, ENDING_TOO, MONTHS, OPENERS, TITLES
from app.core.errors import InvalidRequest
from app.core.table_headers import continues_header

if TYPE_CHECKING:
    import bpe_openai


# Colours and places of the cursor in what a terminal shows.
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,32}[A-Za-z]")
_TERMINAL_BEGUN = re.compile(r"\x1b(?:\[[0-9;?]{0,32})?\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# No writing system puts this many marks on one letter. Text that does may be cut anywhere.
_MOST_HELD = 10_000


def clean_text(text: str) -> str:
    """Return `text` in NFC with line feeds only, without control characters and terminals' colours, lone surrogates as U+FFFD."""
    unix = text.replace("\r\n", "\n")
    # Form feeds and vertical tabs divide words as well.
    for sign in "\r\x0b\x0c":
        unix = unix.replace(sign, "\n")
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _TERMINAL.sub("", unix))))


def clean_pieces(pieces: Iterable[str]) -> Iterator[str]:
    """Clean a long text piece by piece. The pieces joined are what `clean_text` returns for the whole."""
    held = ""
    for piece in pieces:
        text = held + piece
        border = _safe_border(text)
        held = text[border:]
        if border:
            yield clean_text(text[:border])
    if held:
        yield clean_text(held)


def shown_text(table_header: str | None, text: str) -> str:
    """Return a chunk's text as people and models see it: rows of a table under the header of their table."""
    return f"{table_header}\n{text}" if table_header else text


def space_between(gap: int, *, in_table: bool) -> str:
    """Return the white space between two chunks that lie `gap` letters apart. A table's rows have their own lines."""
    if gap <= 0:
        return ""
    return "\n\n" if gap > 1 else "\n" if in_table else " "


def plain_name(name: str) -> str:
    """Return the last part of a file name, without folders of either kind of system and without controls."""
    last = PureWindowsPath(PurePosixPath(clean_text(name)).name).name
    printable = "".join(letter for letter in last if letter.isprintable())[-255:]
    return printable if printable.strip(". ") else "file"


def _safe_border(text: str) -> int:
    """Return where the text can be cut: before its last letter, so that marks to come find it, and CR its LF."""
    if begun := _TERMINAL_BEGUN.search(text):
        return _safe_border(text[: begun.start()])
    for border in range(len(text) - 1, max(0, len(text) - _MOST_HELD), -1):
        letter = text[border]
        if not (letter == "\n" or unicodedata.combining(letter) or _CONTROLS.match(letter)):
            return border
    return len(text) if len(text) > _MOST_HELD else 0


# Scripts written without spaces between words: Kana, Han, Hangul; Thai, Lao, Tibetan, Burmese, Khmer.
UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af\uac00-\ud7af"
    "\u0e00-\u0e7f\u0e80-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17dd"
)
# This many words are remembered by each of the functions that read one word. Of 390,000 words in a row 8.2 % are read again
# then, with twice as many 6.9 %; but twice as many in each of ten functions are some ten megabytes.
KEPT_WORDS = 8_000
# The two functions that a chunk's words pass through remember more. With twice as many, words and embeddings of 200
# documents of 1,500 words took an eighth less time.
KEPT_OF_CHUNKS = 16_000
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


_NUMBER = re.compile(r"[\d.,\s%€$£-]+$")
# A table has the sign at least this often in each line. Prose has commas too.
_FEWEST_SIGNS = {";": 1, "\t": 1, ",": 2}
_BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")


def delimiter_of(block: Sequence[str]) -> str | None:
    """Return the sign that divides each line of a block into equally many cells, under a header; None for no table."""
    for sign, fewest in _FEWEST_SIGNS.items():
        if len(block) < 2 or min(line.count(sign) for line in block) < fewest:
            continue
        header, *rows = csv.reader(block, delimiter=sign)
        has_names = not any(map(_NUMBER.match, header)) or (
            len(rows) > 1 and continues_header(header, *rows[:2])
        )
        if len({len(header), *map(len, rows)}) == 1 and has_names:
            return sign
    return None


def with_cells_apart(text: str) -> str:
    """Return a text of the same length with a tab between the cells of such rows: ``13,13`` is two numbers there."""
    return _BLOCK.sub(lambda found: _apart(found[0]), text)


def _apart(block: str) -> str:
    sign = delimiter_of(block.splitlines())
    return block.replace(sign, "\t") if sign else block


# These end a sentence where white space follows; those are written without a space behind them.
_SPACED = ".!?…؟۔։"
_UNSPACED = "。！？｡।॥።။។"
_CLOSING = "[\"'”’»」』）)\\]]*"
_BEHIND = rf"(?:(?<=[{_SPACED}]){_CLOSING}\s+|(?<=[{_UNSPACED}])[{_UNSPACED}]*{_CLOSING}\s*"
_END = re.compile(rf"[{_SPACED}{_UNSPACED}]{_BEHIND})")
_END_OR_LINE = re.compile(rf"[{_SPACED}{_UNSPACED}\n]{_BEHIND}|(?<=\n))")
# The word in front of a full stop, with what a word such as "e.g" or "z. B" is made of.
_WORD_BEFORE = re.compile(r"(?<![^\W_])(?:(?:[^\W\d_]\.[ \u00a0]?)+[^\W\d_]|[^\W_]+)$")
_NEXT_WORD = re.compile(r"[\"'“„«‘(\[]*([^\W_]+)")
_DOTTED = re.compile(r"(?:[^\W\d_]\.[ \u00a0]?)+[^\W\d_]$")
_ROMAN = re.compile(r"[IVXLC]{1,6}$")
_LONGEST_WORD = 24


def sentence_ends(
    text: str,
    start: int = 0,
    end: int | None = None,
    *,
    with_lines: bool = False,
    soft: Container[int] = (),
) -> Iterator[int]:
    """Yield where in `text[start:end]` a sentence and the white space behind it have ended, for all but the last.

    With `with_lines`, the end of a line ends a sentence, too, but for those at the positions `soft`.
    """
    stop = len(text) if end is None else end
    sentence = start
    for found in (_END_OR_LINE if with_lines else _END).finditer(text, start, stop):
        if found.start() in soft:
            continue
        border = found.end()
        ends_line = with_lines and "\n" in found[0]
        if ends_line or not _goes_on(text, sentence, found.start(), border):
            yield border
            sentence = border


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends; the white space behind it belongs to it."""
    borders = [0, *sentence_ends(text), len(text)]
    return [(start, end) for start, end in itertools.pairwise(borders) if start < end]


def _goes_on(text: str, sentence: int, stop: int, border: int) -> bool:
    """Whether the sentence continues after a mark that may end one."""
    mark, following = text[stop], text[border : border + 1]
    if mark in "!?…؟":
        closed_or_pause = mark == "…" or text[stop + 1] in "\"'”’»)]"
        return closed_or_pause and following.islower()
    if mark != ".":
        return False
    if text[stop - 1 : stop] == ".":
        return following.islower()
    found = _WORD_BEFORE.search(text, max(sentence, stop - _LONGEST_WORD), stop)
    if found is None:
        return False
    word = found[0]
    if word.isdecimal():
        return len(word) <= 2 and _is_ordinal(text, (sentence, found.start()), border)
    # Most words are long, no abbreviations, and stand before a capital letter.
    return len(word) <= 8 and _is_shortened(word, text, (sentence, found.start()), border)


def _is_ordinal(text: str, before: tuple[int, int], border: int) -> bool:
    """Whether a number with a dot counts: "5. Mai", "das 2. Quartal", "1. Open the door" at a line's beginning."""
    start, place = before
    head = text[max(start, place - _LONGEST_WORD) : place]
    if not head.strip() or head.rstrip(" \t").endswith("\n"):
        return True
    found = _NEXT_WORD.match(text, border)
    if found is None:
        return False
    following = found[1]
    if following[0].islower() or following.casefold() in MONTHS:
        return True
    *_, previous = head.casefold().split()
    return previous in BEFORE_ORDINALS and following.casefold() not in OPENERS and following.isalpha()


def _is_shortened(word: str, text: str, before: tuple[int, int], border: int) -> bool:
    """Whether a word with a dot is an abbreviation or an initial after which the sentence continues."""
    following = text[border : border + 1]
    folded = word.casefold().replace(" ", "").replace("\u00a0", "")
    if folded in ENDING_TOO:
        return not following.isupper()
    if folded in BEFORE_NUMBERS and (following.isdecimal() or following in "§°"):
        return True
    if folded in TITLES:
        return True
    if len(word) == 1 or _DOTTED.match(word):
        return _is_initial(word, text, before, border)
    return following.islower() and ((len(word) <= 3 and word.isalpha()) or _ROMAN.match(word) is not None)


def _is_initial(word: str, text: str, before: tuple[int, int], border: int) -> bool:
    """Whether a sentence continues after a single letter: in "J. K. Rowling" it does, in "vitamin C. It" it does not."""
    if not word[-1].isalpha():
        return False
    start, place = before
    found = _NEXT_WORD.match(text, border)
    opens = found is not None and found[1][0].isupper() and found[1].casefold() in OPENERS
    return not opens or not text[start:place].strip()


# The tokenizer refuses a million characters at once.
_LONGEST_PART = 500_000
# Longer texts are not remembered: four thousand of these are some 20 MB at most.
_LONGEST_KNOWN = 5_000


def load_tokens() -> None:
    """Load the vocabulary of counts, which takes half a second, before somebody waits for the first count."""
    _encoding("o200k_base")


@cache
def _encoding(name: str) -> "bpe_openai.Encoding":
    # Its import reads all of its vocabularies. Most commands count nothing.
    encoding: bpe_openai.Encoding = import_module("bpe_openai").get_encoding(name)
    return encoding


def count_tokens(text: str) -> int:
    """Return how many o200k tokens `text` is, for any str (lone surrogates count as U+FFFD).

    A text beyond the tokenizer's limit is counted in parts, which may come out a token or two higher.
    """
    return _known_count(text) if len(text) <= _LONGEST_KNOWN else _count(text)


# Chats that are answered from the same passages count the same texts.
@lru_cache(maxsize=4_000)
def _known_count(text: str) -> int:
    return _count(text)


def _count(text: str) -> int:
    encoding = _encoding("o200k_base")
    parts = (text[start : start + _LONGEST_PART] for start in range(0, len(text), _LONGEST_PART))
    return sum(len(encoding.encode_ordinary(part)) for part in parts)


def decode_tokens(token_ids: Sequence[int]) -> str:
    """Return the text of cl100k tokens, which embedding clients send; InvalidRequest for numbers that are no tokens."""
    try:
        return str(_encoding("cl100k_base").decode(list(token_ids)))
    except KeyError as error:
        raise InvalidRequest(
            "'$.input' is invalid: it holds numbers that are no tokens of cl100k_base."
        ) from error


def split_tokens(text: str) -> list[str]:
    """Return the text token by token; joined they are the text. A character of several tokens goes with its last."""
    encoding = _encoding("o200k_base")
    pieces: list[str] = []
    held = b""
    for start in range(0, len(text), _LONGEST_PART):
        tokens = encoding.encode_ordinary(text[start : start + _LONGEST_PART])
        for token in encoding.decode_tokens_bytes(tokens):
            held += token
            try:
                pieces.append(held.decode())
            except UnicodeDecodeError:
                pieces.append("")
            else:
                held = b""
    return pieces
