"""The sentences of a text, fit to be quoted: on one line, without markup and without markers of their own. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.core.lines import UNDERLINED
from app.core.text import sentence_spans
from app.providers.fallback.tables import CELL_SIGN, rows_with_headers
from app.providers.fallback.titles import (
    is_contents,
    is_term,
    is_title,
    may_be_heading,
    with_signatures_apart,
)

# A line that stands by itself: a heading, an item of a list, a row of a table.
_OWN_LINE = re.compile(
    r"(?:#{1,6}\s|\\?>|[-*•+]\s|\d{1,3}[.)]\s|\||-[A-Za-z](?=,? -|$)|--[a-z][\w-]+(?:[ =]|$))"
)
# Backticks go, too: within code a marker is none.
_MARKUP = re.compile(r"^(?:#{1,6}|\\?>|[-*•+]|\d{1,3}[.)])\s+|\*\*|`")
_LINK = re.compile(r"!?\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)")
_FENCE = re.compile(r"(?:```|~~~)+[ \t]*([^\s`]*)$")
_MARKER = re.compile(r" ?\[\d{1,3}(?: ?, ?\d{1,3})*\]")
# A question, or what leads on to a list or a table.
_LEADS_ON = re.compile(r"(?:[?？؟]\W*|[:：])$")
_MOST_NESTED = 3
_LONGEST = 300
_UNDERLINED = re.compile(rf"(?:\A|(?<=\n\n)){UNDERLINED.pattern}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or what stands by itself: `is_title` when it only names what follows, `is_contents` where that is.

    A question only names its answer, and so does what ends in a colon. `is_reply` is what somebody else wrote before, quoted in an e-mail.
    `is_term` is an option, a key or another name of a manual's list, alone on its line.
    """

    text: str
    is_title: bool = False
    is_contents: bool = False
    is_reply: bool = False
    is_term: bool = False

    @property
    def tells(self) -> bool:
        """Whether it says something."""
        return not (self.is_title or self.is_contents)

    @property
    def is_row(self) -> bool:
        """Whether it is a table's row with its header."""
        return CELL_SIGN in self.text


# The same passages answer many questions.
@lru_cache(maxsize=500)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text in order, the over-long ones cut at a word."""
    return tuple(
        sentence for block in _blocks(text) for sentence in block.sentences() if len(sentence.text) > 1
    )


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


@dataclass(slots=True)
class _Block:
    """Lines that belong together. Above a title or contents (`leads_on`), the last of them may be a heading."""

    lines: list[str]
    is_title: bool = False
    is_contents: bool = False
    leads_on: bool = False
    is_code: bool = False

    def sentences(self) -> Iterator[Sentence]:
        is_prose = self.tells and not self.is_code
        pieces = _sentences(" ".join(" ".join(self.lines).split())) if is_prose else self.lines
        for place, piece in enumerate(pieces, 1):
            text = shortened(_tidy(piece), _LONGEST)
            is_heading = self.leads_on and place == len(pieces) and may_be_heading(text)
            leads_on = _LEADS_ON.search(text) is not None
            yield Sentence(
                text,
                self.is_title or is_heading or leads_on,
                self.is_contents,
                is_reply=self.lines[0].startswith((">", "\\>")),
                is_term=not is_prose and not self.is_code and is_term(piece),
            )

    @property
    def tells(self) -> bool:
        return not (self.is_title or self.is_contents)


def _blocks(text: str) -> list[_Block]:
    """Return the paragraphs; headings, lines of contents, signatures, items, rows and lines of code stand alone."""
    text = with_signatures_apart(_UNDERLINED.sub(r"# \1", text))
    lines = rows_with_headers([line.strip() for line in text.splitlines()])
    column = max(map(len, lines), default=0)
    blocks = [_Block([])]
    is_code = _begins_in_code(lines)
    for line, following in zip(lines, _following(lines), strict=True):
        current = blocks[-1]
        before = current.lines[-1] if current.lines and current.tells else ""
        if not line:
            blocks.append(_Block([]))
        elif _FENCE.match(line):
            is_code = not is_code
            blocks.append(_Block([]))
        elif is_code:
            blocks += [_Block([line], is_code=True), _Block([])]
        elif is_contents(line):
            current.leads_on = True
            blocks += [_Block([line], is_contents=True), _Block([])]
        elif is_term(line) or is_title(line, before=before, following=following, column=column):
            current.leads_on = not is_term(line)
            blocks += [_Block([line], is_title=True), _Block([])]
        elif _OWN_LINE.match(line):
            blocks.append(_Block([line]))
        else:
            current.lines.append(line)
    return [block for block in blocks if block.lines]


def _begins_in_code(lines: list[str]) -> bool:
    """Whether a fence ends code whose beginning is in the chunk before. One that begins code may name its language."""
    fences = [found for line in lines if (found := _FENCE.match(line))]
    return len(fences) % 2 == 1 and not fences[0][1]


def _following(lines: list[str]) -> list[str]:
    """Return for each line the next one that is not blank, empty where there is none."""
    following = ""
    found = []
    for line in reversed(lines):
        found.append(following)
        following = line or following
    return found[::-1]


def _sentences(block: str) -> list[str]:
    """Return the sentences of a block. What ends a cell of a row does not end the row."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(block):
        goes_on = block[start:end].lstrip().startswith(CELL_SIGN.lstrip())
        spans.append((spans.pop()[0] if goes_on and spans else start, end))
    return [block[start:end] for start, end in spans]


def _tidy(sentence: str) -> str:
    return without_markers(" ".join(_MARKUP.sub("", _LINK.sub(r"\1", sentence.strip())).split())).strip()
