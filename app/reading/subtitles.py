"""Subtitles (SRT, WebVTT, SBV, ASS): what is said, each cue a line with the time at which it begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from app.reading.document import Document, Source
from app.reading.encodings import decode_text

_TIME = r"((?:\d+:)?\d{1,2}:\d{2})[.,](\d{2,3})"
_TIMES = re.compile(rf"{_TIME}\s*(?:-->|,)\s*{_TIME}")
# Captions that roll have the times of single words, and a line without a letter above the first one.
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
_BLANK_FIRST_LINE = re.compile(r"(?m)(-->.*\n)[ \t]+\n")
_SPEAKER = re.compile(r"<v(?:\.[^ >]*)? ([^>]*)>")
_STYLED_EVENTS = re.compile(r"(?mi)^\[Events\]\s*^Format:(.*)$")
_STYLED_CODE = re.compile(r"\{[^}]*\}")
_STYLED_SPACE = re.compile(r"\\[Nnh]")
_STYLED_DRAWING = re.compile(r"\{[^}]*\\p[1-9][^}]*\}")


@dataclass(frozen=True, slots=True)
class _Cue:
    begin: str
    ends: tuple[str, ...]
    starts: tuple[str, ...]
    lines: list[str]


def read_subtitles(source: Source) -> Document:
    """Return the cues in their order: ``[00:04] Dogs travel free.`` A text without cues is unchanged."""
    text = decode_text(source.data).replace("\r\n", "\n").replace("\r", "\n")
    events = _STYLED_EVENTS.search(text)
    shown = _styled(text, events[1].split(",")) if events else _plain(text)
    return Document("\n".join(shown) or text)


def _plain(text: str) -> Iterator[str]:
    """Yield the cues as lines. Captions that roll repeat the line before: it is said once."""
    before: _Cue | None = None
    for block in re.split(r"\n\s*\n", _BLANK_FIRST_LINE.sub(r"\1", text)):
        cue = _cue(block)
        if cue is None:
            continue
        rolls = before is not None and cue.starts <= before.ends and cue.lines[:1] == before.lines[-1:]
        if new := cue.lines[1:] if rolls else cue.lines:
            yield f"[{cue.begin}] {' '.join(new)}"
        before = cue


def _cue(block: str) -> _Cue | None:
    """Return one cue; None for what is none, such as notes and styles."""
    lines = block.strip().split("\n")
    timed = next((number for number, line in enumerate(lines) if _TIMES.match(line.strip())), None)
    times = _TIMES.match(lines[timed].strip()) if timed is not None else None
    if timed is None or times is None:
        return None
    said = (unescape(_TAG.sub("", _SPEAKER.sub(r"\1: ", line))) for line in lines[timed + 1 :])
    words = [" ".join(line.split()) for line in said]
    return _Cue(times[1], times.group(3, 4), times.group(1, 2), [line for line in words if line])


def _styled(text: str, fields: list[str]) -> Iterator[str]:
    """Yield what is said in subtitles with styles (ASS, SSA), whose lines have fields with commas between them."""
    names = [field.strip().lower() for field in fields]
    for line in text.split("\n"):
        kind, _, values = line.partition(":")
        if kind.strip().lower() != "dialogue":
            continue
        event = dict(zip(names, values.split(",", len(names) - 1), strict=False))
        written = event.get("text", "")
        words = " ".join(_STYLED_CODE.sub("", _STYLED_SPACE.sub(" ", written)).split())
        if words and not _STYLED_DRAWING.search(written):
            speaker = event.get("name", event.get("actor", "")).strip()
            begin = event.get("start", "").strip().partition(".")[0]
            yield f"[{begin}] {speaker}: {words}" if speaker else f"[{begin}] {words}"
