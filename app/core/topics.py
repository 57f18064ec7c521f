"""What the documents of a store are about, as far as their names and headings tell: something to ask about first. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.chunking import HEADING_SEPARATOR

_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*\.?|[A-Z]\.\d{1,3}(?:\.\d{1,3})*)\s+(?=\S)")
# Sections that every manual has, and that say little about it.
_COMMON = re.compile(
    r"introduction|preface|foreword|overview|summary|abstract|conclusions?|contents|table of contents|(?:.+ )?(?:index|reference)"
    r"|references|bibliography|acknowledge?ments?|appendix.*|copying information|licen[cs]e|glossary|changelog|about"
    r"|einleitung|einführung|vorwort|überblick|zusammenfassung|fazit|inhalt|inhaltsverzeichnis|anhang.*|literatur(?:verzeichnis)?"
    r"|avant-propos|résumé|sommaire|introducción|resumen|conclusión|índice",
    re.IGNORECASE,
)
# As many as a person reads before asking.
MOST_TOPICS = 4
_LONGEST = 80
# More headings than these are not looked through.
_MOST_HEADINGS = 300


@dataclass(frozen=True, slots=True)
class Topic:
    """A file, and one of its sections; no heading stands for the file as a whole."""

    filename: str
    heading: str | None


def topics_of(files: Sequence[tuple[str, Sequence[str]]]) -> list[Topic]:
    """Return a few sections of files, given with the headings of their chunks: in turn from each file, spread over its text."""
    share = -(-MOST_TOPICS // max(1, len(files)))
    offered = [_topics(filename, headings, share) for filename, headings in files]
    in_turn = [topics[turn] for turn in range(share) for topics in offered if turn < len(topics)]
    return in_turn[:MOST_TOPICS]


def _topics(filename: str, headings: Sequence[str], most: int) -> list[Topic]:
    paths = list(dict.fromkeys(headings))[:_MOST_HEADINGS]
    innermost = (path.split(HEADING_SEPARATOR)[-1] for path in paths if not _has_children(path, paths))
    sections = _without_numbers([heading for heading in dict.fromkeys(innermost) if len(heading) <= _LONGEST])
    sections = [heading for heading in sections if not _COMMON.fullmatch(heading)] or sections
    if not sections:
        return [Topic(filename, None)]
    step = max(1, len(sections) / most)
    return [Topic(filename, sections[int(at * step)]) for at in range(min(most, len(sections)))]


def _without_numbers(headings: list[str]) -> list[str]:
    """Return headings without their numbers ("4.2 Travel") where most of them have one: nobody asks for these."""
    bare = [_NUMBER.sub("", heading) for heading in headings]
    numbered = sum(one != heading for one, heading in zip(bare, headings, strict=True))
    return bare if 2 * numbered > len(headings) else headings


def _has_children(path: str, paths: Sequence[str]) -> bool:
    return any(other.startswith(path + HEADING_SEPARATOR) for other in paths)
