"""Words of a PDF that a line end divides, with a hyphen or, in narrow cells of tables, without one. Pure."""

import re
from collections.abc import Callable, Mapping

from app.core.compounds import is_common
from app.core.folding import folded
from app.core.rarity import is_frequent

# The end of a line in a cell that had no place for one more letter.
FULL_LINE_END = "\u2028"
_DIVIDED = re.compile(r"([^\W\d_]+)(\u00ad?[-\u2010]|\u00ad)\n[ \t]*([^\W\d_]+)([^\s]*)[ \t]*\n?")
_KEPT_HYPHEN = re.compile(r"((?<=\w)[-\u2010\u2011]|(?<=[^\W_])_)\n[ \t]*(?=\w)(\S+)[ \t]*\n?")
_ADDRESS = re.compile(r"\w@|@\w|://|^www\.|\w_\w|\w{2}\.\w{2}")
LONG_CODE = re.compile(r"(?=.*\d)[0-9A-Z]{8,}")
_AFTER_WORD = re.compile(r"[\W\d_].*")
# A word that lies on both sides of a line's end shows that the line's end divides it, if it has this many letters.
# Each list of parts takes some megabytes. German has the longest words that stand in tables.
_COMPOUNDING = "deu"
_SHORTEST_ACROSS, _LONGEST_ACROSS = 5, 20

Counts = Mapping[str, int]


def mend_divided(text: str, words: Counts) -> str:
    """Return a text whose words are whole again. `words` are the document's own, in small letters, with their numbers."""
    text = _substitute(_DIVIDED, lambda found: _whole_word(found, words), text)
    return _substitute(_KEPT_HYPHEN, r"\1\2\n", text)


def mend_cell(text: str, words: Counts) -> str:
    """Return the text of a table's cell as one line. What stands alone on a full line may go on with the next."""
    whole = ""
    for line in mend_divided(text, words).split("\n"):
        first, *others = line.split(FULL_LINE_END)
        was_cut = False
        for other in others:
            before, after = first.rsplit(" ", 1)[-1], other.split(" ", 1)[0]
            was_cut = (was_cut and after[:1].islower()) or _is_cut(before, after, words)
            first += other if was_cut else f" {other}"
        whole = f"{whole} {first}".strip()
    return whole


def _substitute(pattern: re.Pattern[str], whole: str | Callable[[re.Match[str]], str], text: str) -> str:
    """Make words whole that are divided once or more."""
    before = ""
    while text != before:
        before, text = text, pattern.sub(whole, text)
    return text


def _whole_word(found: re.Match[str], words: Counts) -> str:
    """Join a word that a line end divides; keep the hyphen where it belongs to the word."""
    first, hyphen, second, rest = found[1], found[2], found[3], found[4]
    joined = first + second
    if "\u00ad" in hyphen and (second[0].islower() or first.isupper()):
        return f"{joined}{rest}\n"
    if first.isupper() and second.isupper():
        keeps_hyphen = not (_is_known(joined, words) or _has_word_across(first, second, words))
    else:
        is_name_or_code = second[0].isupper() or first.isupper() or len(first) < 2
        is_compound = not _is_known(joined, words) and _is_word(first, words) and _is_word(second, words)
        keeps_hyphen = is_name_or_code or is_compound
    return f"{first}-{second}{rest}\n" if keeps_hyphen else f"{joined}{rest}\n"


def _is_cut(first: str, second: str, words: Counts) -> bool:
    """Whether a word was cut into these parts because it was too long for its cell."""
    end = _AFTER_WORD.sub("", second)
    if not first.isalpha() or not end:
        return _is_cut_address(first, second)
    is_one_case = end[0].islower() or (first.isupper() and len(first) > 1)
    are_words = _is_listed(first.casefold()) and _is_listed(end.casefold())
    if not is_one_case or (are_words and not words.get((first + end).casefold())):
        return False
    return _is_known(first + end, words) or _has_word_across(first, end, words)


def _is_cut_address(first: str, second: str) -> bool:
    """Whether parts are those of a mail address, a link, a file's name or a long number."""
    if not first or not second or not (first[-1].isalnum() or first[-1] in "_/@") or second[0].isspace():
        return False
    if LONG_CODE.fullmatch(first):
        return second[0].isdigit() or (second.isupper() and any(map(str.isdigit, second)))
    if _ADDRESS.search(second):
        return not _is_listed(first.casefold())
    return bool(_ADDRESS.search(first)) and not second[0].isupper() and not _is_listed(second.casefold())


def _is_known(word: str, words: Counts) -> bool:
    return is_frequent(word.casefold()) or bool(words.get(word.casefold()))


def _is_word(part: str, words: Counts) -> bool:
    """Whether a part of a divided word is a word of its own, a frequent one or one that the document uses as such."""
    return len(part) > 2 and (is_frequent(part.casefold()) or words.get(part.casefold(), 0) > 1)


def _is_listed(word: str) -> bool:
    """Whether a word in small letters is one that people use, or that compounds are made of."""
    return len(word) > 2 and (is_frequent(word) or is_common(folded(word), _COMPOUNDING))


def _has_word_across(first: str, second: str, words: Counts) -> bool:
    """Whether some word begins in the first part and ends in the second."""
    joined, border = (first + second).casefold(), len(first.casefold())
    return any(
        words.get(part) or _is_listed(part)
        for start in range(max(border - _LONGEST_ACROSS, 0), border)
        for stop in range(max(border + 1, start + _SHORTEST_ACROSS), start + _LONGEST_ACROSS)
        if stop <= len(joined) and (part := joined[start:stop])
    )
