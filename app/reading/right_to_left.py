"""Lines of right-to-left scripts in the order in which they are read. Pure.

Some programs store the letters of a PDF in the order in which they stand on the page, from left to right. Letters that
can only end a word show the order: if they begin words, the line is backwards.
"""

import re
import unicodedata

# Without digits: numbers are written from left to right.
_HEBREW_ARABIC = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
# Without the comma, the semicolon and the marks that end sentences, which stand between words.
_LETTERS = "\u0590-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RUN = re.compile(rf"[{_LETTERS}]+")
_HEBREW = re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]+")
_ARABIC = re.compile("[\u0600-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb50-\ufdff\ufe70-\ufefc]+")
# Hebrew's final letters; teh marbuta and alef maksura.
_WORD_ENDS = "ךםןףץةى"
_ARABIC_RUN = re.compile(
    r"[\u0600-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f]{2,}"
)
_PRESENTATION_FORMS = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]+")
_ARTICLE = "ال"
_LEFT_TO_RIGHT = re.compile(rf"[^\s{_HEBREW_ARABIC}()\[\]«»]+(?: +[^\s{_HEBREW_ARABIC}()\[\]«»]+)*")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_PUNCTUATION = ".,;:!?،؛؟…"
# What stands in a line of a page, from left to right: words of its script, runs of other scripts, single signs.
_OTHER = rf"[^\W{_HEBREW_ARABIC}]"
_IN_LINE = re.compile(rf"[{_LETTERS}]+|{_OTHER}(?:(?:{_OTHER}|[.,:/@+%\- ])*{_OTHER})?%?|.", re.DOTALL)
_OTHERS = re.compile(rf"{_OTHER}|[()\[\]{{}}<>«»]")
_AFTER_BRACKET = re.compile(rf"([)\]])(?=[{_LETTERS}])")
_DIVIDED_NUMBER = re.compile(r"\d+(?:[-+]\d+)+")
_LAM_ALEF = re.compile("ل([اأإآ])")


def logical_order(page: str) -> str:
    """Return a page's text with its right-to-left lines turned around, if the page holds those of their script backwards."""
    for script in (_HEBREW, _ARABIC):
        page = _in_order(page, script) if script.search(page) else page
    return page


def _in_order(page: str, script: re.Pattern[str]) -> str:
    words = script.findall(page)
    backwards = sum(word[0] in _WORD_ENDS or word.endswith(_ARTICLE[::-1]) for word in words if len(word) > 2)
    forwards = sum(word[-1] in _WORD_ENDS or word.startswith(_ARTICLE) for word in words if len(word) > 2)
    if backwards <= 2 * forwards:
        return page
    return "\n".join(_turned(line) if script.search(line) else line for line in page.split("\n"))


def straighten_words(page: str, other: str) -> str:
    """Return a page's text with those Arabic words turned around that another reading of it has the other way."""
    known: dict[str, list[str]] = {}
    for word in _RUN.findall(_plain(other)):
        known.setdefault("".join(sorted(word)), []).append(word)

    def straight(found: re.Match[str]) -> str:
        word = found[0]
        others = known.get("".join(sorted(word)), ())
        turned = word[::-1]
        return turned if any(_alike(turned, one) > _alike(word, one) for one in others) else word

    return _ARABIC_RUN.sub(straight, _plain(page))


def straighten_lines(page: str, other: str) -> str:
    """Return a page's text whose right-to-left lines stand as another reading of it has them."""
    known = {_letters_of(line): line for line in other.split("\n")}
    return "\n".join(
        known.get(_letters_of(line), line) if reads_right_to_left(line) else line for line in page.split("\n")
    )


def has_other_scripts(line: str) -> bool:
    """Whether a line holds numbers, words of other scripts, or brackets, which change its order."""
    return _OTHERS.search(line) is not None


def in_reading_order(shown: str) -> str:
    """Return a line of a right-to-left script that is `shown` from left to right, each of its words in the order of reading.

    Numbers and words of other scripts keep their order, and brackets are mirrored. Between Arabic words, a number with
    hyphens is shown with its parts from right to left (Unicode's rule W2).
    """
    runs = _IN_LINE.findall(shown)
    is_arabic = _ARABIC.search(shown) is not None
    read = []
    for run in reversed(runs):
        if is_arabic and _DIVIDED_NUMBER.fullmatch(run):
            read.append("".join(re.split(r"([-+])", run)[::-1]))
        else:
            read.append(run.translate(_MIRRORED) if len(run) == 1 else run)
    return _AFTER_BRACKET.sub(r"\1 ", "".join(read))


def mend_ligatures(text: str, other: str) -> str:
    """Return a text whose words have the ligature of lam and alef in the order in which another reading has it."""
    known: dict[str, set[str]] = {}
    for word in _RUN.findall(other):
        if _LAM_ALEF.search(word):
            known.setdefault(_LAM_ALEF.sub(r"\1ل", word), set()).add(word)
    for word in known.keys() & set(_RUN.findall(other)):
        known[word].add(word)

    def mended(found: re.Match[str]) -> str:
        words = known.get(found[0], ())
        return next(iter(words)) if len(words) == 1 else found[0]

    return _RUN.sub(mended, text) if known else text


def _letters_of(line: str) -> str:
    return "".join(sorted("".join(_plain(line).split())))


def _plain(text: str) -> str:
    """Return a text whose letters are not those of fonts, which have one for each place in a word."""
    return _PRESENTATION_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _alike(one: str, other: str) -> int:
    return sum(letter == same for letter, same in zip(one, other, strict=True))


def _turned(line: str) -> str:
    """Return a line reversed. Numbers and words of other scripts in it keep their order."""
    mirrored = line[::-1].translate(_MIRRORED)
    return _LEFT_TO_RIGHT.sub(_straight, mirrored)


def _straight(found: re.Match[str]) -> str:
    """Turn a run of other scripts back; the punctuation around it belongs to the line."""
    run = found[0]
    inner = run.strip(_PUNCTUATION)
    if not inner:
        return run
    start = run.index(inner)
    return run[:start] + inner[::-1] + run[start + len(inner) :]


def is_right_to_left(text: str) -> bool:
    """Whether most letters of a text belong to scripts that are written from right to left."""
    if not _RUN.search(text):
        return False
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(_RUN.match(letter) is not None for letter in letters) > len(letters)


def reads_right_to_left(line: str) -> bool:
    """Whether at least as many words of a line are written from right to left as from left to right."""
    words = line.split()
    count = sum(_RUN.search(word) is not None for word in words)
    others = sum(any(map(str.isalpha, word)) and not _RUN.search(word) for word in words)
    return count > 0 and count >= others
