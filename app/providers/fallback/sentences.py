"""The sentences of a text, fit to be quoted: on one line, without markup and without markers of their own. Pure."""

import re

_END = re.compile(r"""[.!?…]["'”’»)\]]*\s+|[。！？｡]["'”’」』）]*\s*|\s[।॥]\s*""")
# A full stop behind these ends no sentence: initials, titles, and what stands in the middle.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|cf|al|approx|Fig|No|Nr|Art|bzw|ca|z\.\s?B|d\.\s?h|e\.g|i\.e|[AaPp]\.m|U\.[SK])\.\s+$"
)
# Nor behind a short word, when a small letter follows.
_SHORT_WORD = re.compile(r"(?:^|[\s(])[^\W\d_]{1,3}\.\s+$")
# A line that stands by itself: a heading, an item of a list, a row of a table.
_OWN_LINE = re.compile(r"(?:#{1,6}\s|[-*•>+]\s|\d{1,3}[.)]\s|\|)")
# Backticks go, too: within code a marker is none.
_MARKUP = re.compile(r"^(?:#{1,6}|[-*•>+]|\d{1,3}[.)])\s+|\*\*|`")
_MARKER = re.compile(r" ?\[\d{1,3}(?: ?, ?\d{1,3})*\]")
_MOST_NESTED = 3
_LONGEST = 300


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text in order, the over-long ones cut at a word."""
    found = [_tidy(sentence) for block in _blocks(text) for sentence in _split(block)]
    return [_shortened(sentence) for sentence in found if len(sentence) > 1]


def without_markers(text: str) -> str:
    """Return a text without anything like `[1]`: taking one out may leave another, as in `[1[2]]`."""
    for _ in range(_MOST_NESTED):
        text = _MARKER.sub("", text)
    return text.replace("[", "(") if _MARKER.search(text) else text


def shortened(text: str, longest: int) -> str:
    """Return a text cut at its last word that fits, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest + 1]
    border = cut.rfind(" ", longest // 2)
    return f"{cut[:border] if border > 0 else cut[:longest]}…"


def _shortened(sentence: str) -> str:
    return shortened(sentence, _LONGEST)


def _blocks(text: str) -> list[str]:
    """Return the paragraphs, each on one line; headings, items and rows stand alone."""
    blocks: list[list[str]] = [[]]
    for line in map(str.strip, text.splitlines()):
        if not line or _OWN_LINE.match(line):
            blocks.append([])
        if line:
            blocks[-1].append(line)
            if line.startswith("#"):
                blocks.append([])
    return [" ".join(" ".join(block).split()) for block in blocks if block]


def _split(block: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(block):
        following = block[end.end() : end.end() + 1]
        before = block[max(start, end.end() - 12) : end.end()]
        if _ABBREVIATION.search(before) or (following.islower() and _SHORT_WORD.search(before)):
            continue
        sentences.append(block[start : end.end()])
        start = end.end()
    return [*sentences, block[start:]]


def _tidy(sentence: str) -> str:
    return without_markers(" ".join(_MARKUP.sub("", sentence.strip()).split())).strip()
