"""Numbers that a presentation counts for itself, written before their paragraphs: the parser counts them in its own way."""

import re
from typing import Any

from app.reading.list_numbers import LEVELS, Level

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NUMBERED, _BULLET = _A + "buAutoNum", _A + "buChar"
_TYPE = re.compile(r"(alphaLc|alphaUc|arabic|romanLc|romanUc)(Period|ParenR|ParenBoth|Plain)")
_KINDS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_PATTERNS = {"Period": "%1.", "ParenR": "%1)", "ParenBoth": "(%1)", "Plain": "%1"}
# A sign for private use, as many times as the item is deep.
_MARK = "\ue02d"
_ITEM = re.compile(rf"^[ \t]*[-*] ({_MARK}+)", re.MULTILINE)

Scheme = tuple[str, int]


def write_numbers(slide: Any) -> None:
    """Write the numbers into the texts of a slide, as items with bullets."""
    for body in slide.iter("{*}txBody"):
        counts: dict[int, tuple[Scheme, int]] = {}
        for paragraph in body.iter(_A + "p"):
            text = next(paragraph.iter(_A + "t"), None)
            if text is None or not "".join(paragraph.itertext()).strip():
                continue
            form = paragraph.find(_A + "pPr")
            level = int(form.get("lvl") or 0) if form is not None else 0
            counts = {depth: count for depth, count in counts.items() if depth <= level}
            numbered = form.find(_NUMBERED) if form is not None else None
            if numbered is None:
                counts.pop(level, None)
                continue
            scheme = numbered.get("type") or "", int(numbered.get("startAt") or 1)
            before, number = counts.get(level, (scheme, scheme[1] - 1))
            counts[level] = scheme, number + 1 if before == scheme else scheme[1]
            mark = _MARK * (level + 1)
            text.text = f"{mark}{_number(scheme[0], counts[level][1])} {text.text or ''}"
            numbered.tag = _BULLET
            numbered.set("char", "•")


def as_items(text: str) -> str:
    """Return the parser's text of a slide with the numbers in the place of bullets."""
    return _ITEM.sub(lambda found: "  " * (len(found[1]) - 1), text).replace(_MARK, "")


def _number(scheme: str, number: int) -> str:
    found = _TYPE.fullmatch(scheme)
    kind, pattern = (found[1], found[2]) if found else ("arabic", "Period")
    written = Level(_KINDS.get(kind, "decimal"), _PATTERNS[pattern])
    return written.write([number, *[0] * (LEVELS - 1)], {0: written})
