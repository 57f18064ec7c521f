"""Subtitles (SRT, WebVTT): what is said, each cue a line with the time at which it begins."""

import re
from html import unescape

from app.reading.document import Document, Source
from app.reading.encodings import decode_text

_TIMES = re.compile(r"((?:\d+:)?\d{1,2}:\d{2})[.,]\d{3}\s*-->")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")
_SPEAKER = re.compile(r"<v(?:\.[^ >]*)? ([^>]*)>")


def read_subtitles(source: Source) -> Document:
    """Return the cues in their order: ``[00:04] Dogs travel free.`` A text without cues is unchanged."""
    text = decode_text(source.data)
    cues = [_cue(block) for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))]
    return Document("\n".join(filter(None, cues)) or text)


def _cue(block: str) -> str:
    """Return one cue as a line; nothing for what is none, such as notes and styles."""
    lines = block.strip().split("\n")
    timed = next((number for number, line in enumerate(lines) if _TIMES.match(line.strip())), None)
    if timed is None:
        return ""
    begin = _TIMES.match(lines[timed].strip())
    said = _SPEAKER.sub(r"\1: ", " ".join(lines[timed + 1 :]))
    words = " ".join(unescape(_TAG.sub("", said)).split())
    return f"[{begin[1]}] {words}" if begin and words else ""
