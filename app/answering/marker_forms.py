"""The forms in which models write citation markers, and what may still become one. Pure.

Besides `[1]` and `[1, 3]`, which the prompt asks for, models write `[1-3]`, `[^1]`, `[Source 1]`, `【1】`,
`[1†source]`, `【1:0†source】` and, at the end of a statement, `(1)`.
"""

import re

_LIST = r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,9}"
_LABEL = r"(?:\^|(?:sources?|docs?|ref|quellen?|fuentes?)[ :#]{0,2})?"
# Not a link's text [1](…) nor a footnote's own line [1]:.
MARKER = re.compile(
    rf"\[{_LABEL}(?P<square>{_LIST})(?:†[^\]\n]{{0,80}})?\](?![(:])"
    rf"|【{_LABEL}(?P<lenticular>{_LIST})(?::\d{{1,3}})?(?:†[^】\n]{{0,80}})?】"
    rf"|(?P<space>(?<=\S)[ \t]|(?<=[^\x00-\x7f]))[(（](?P<round>{_LIST})[)）](?=[ \t]*(?:[.!?;。！？；]|\n|\Z))",
    re.IGNORECASE,
)
# What may still become markers, at the end of a text: the beginning of one, and whole ones, for what stands behind `[1]`
# and `(1)` decides. The space before goes with a marker that is taken out. A run of backticks, or of line feeds, may go on.
UNDECIDED = re.compile(
    r"(?:[ \t]*(?:"
    r"\[(?:\^|[a-z]{1,7}[ :#]{0,2})?(?:\d[\d\s,;–-]{0,60})?(?:(?<=\d)†[^\]\n]{0,80})?\]?"
    r"|【(?:\^|[a-z]{1,7}[ :#]{0,2})?(?:\d[\d\s,;:–-]{0,60})?(?:(?<=\d)†[^】\n]{0,80})?】?"
    r"|[(（](?:\d[\d\s,;–-]{0,60})?[)）]?"
    r"))*[ \t]*(?:`*|\n*)\Z",
    re.IGNORECASE,
)
# "see step (1)." numbers a thing of the text's own.
_NUMBERED_THING = re.compile(
    r"\b(?:steps?|sections?|figures?|fig|tables?|items?|points?|articles?|paragraphs?|equations?|eq|options?|pages?|"
    r"chapters?|rules?|notes?|lines?|parts?|phases?|levels?|cases?|questions?|no|nr)\.?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s?[–-]\s?(\d+)")
_LONGEST_RANGE = 10
# How much of the text before tells what a number in round brackets stands for.
CONTEXT = 40


def numbers_of(found: re.Match[str]) -> list[int]:
    """Return the numbers that a marker names, in its order, each once."""
    listed = found["square"] or found["lenticular"] or found["round"]
    numbers: list[int] = []
    for part in re.split(r"\s?[,;]\s?", listed):
        span = _RANGE.fullmatch(part)
        if span is None:
            numbers += [int(number) for number in re.findall(r"\d+", part)]
        else:
            first, last = int(span[1]), int(span[2])
            numbers += range(first, min(last, first + _LONGEST_RANGE) + 1) if first < last else (first, last)
    return list(dict.fromkeys(numbers))


def is_certain(found: re.Match[str], *, before: str) -> bool:
    """Whether this can only be a marker: round brackets may also number a thing of the text's own."""
    return found["round"] is None or not _NUMBERED_THING.search(before[-CONTEXT:].rstrip())
