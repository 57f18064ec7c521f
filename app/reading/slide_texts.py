"""The texts of a slide: what the parser is given of them, and what it makes of their signs."""

import re
from itertools import groupby
from typing import Any

from app.reading.pictures import described
from app.reading.raised import raised

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT, _RUNS = _A + "t", (_A + "r", _A + "fld")
_PICTURE = re.compile(r"\\?!\[([^\n]*?)\]\(\.\./media/[^)\s]*\)")
# Signs for private use.
_HIDDEN_BAR, _HIDDEN_DOT = "\ue07c", "\ue02e"
# The parser would count for itself what begins with numbers: "4. Costs" would be "1. Costs".
_BEGINS_WITH_NUMBER = re.compile(r"\A(\W*\d+)\.")
# At the start of a line, a number sign would make a heading.
_ESCAPED = re.compile(r"\\([\\`<>~!]|(?<!^.)#)", re.MULTILINE)


def join_runs(slide: Any) -> None:
    """Make one run of the neighbours in each line: the parser puts spaces between them, even within a word.

    Numbers that lines begin with are hidden from it.
    """
    for line in slide.iter(_A + "p"):
        for are_runs, group in groupby(list(line), key=lambda child: child.tag in _RUNS):
            if not are_runs:
                continue
            first, *others = list(group)
            text = _BEGINS_WITH_NUMBER.sub(rf"\1{_HIDDEN_DOT}", "".join(map(_text, (first, *others))))
            for other in others:
                line.remove(other)
            _write(first, text)


def _text(run: Any) -> str:
    said = "".join(piece.text or "" for piece in run.iter(_TEXT))
    form = run.find(_A + "rPr")
    is_raised = form is not None and not (form.get("baseline") or "0").startswith(("0", "-"))
    return raised(said) if is_raised else said


def _write(run: Any, text: str) -> None:
    """Write a run's text without what its letters look like."""
    form = run.find(_A + "rPr")
    for name in ("b", "i", "u", "strike", "baseline"):
        if form is not None and name in form.attrib:
            del form.attrib[name]
    for number, piece in enumerate(run.iter(_TEXT)):
        piece.text = "" if number else text


def hide_bars(table: Any) -> None:
    """Hide from the parser the signs that would part a cell in two."""
    for piece in table.iter(_TEXT):
        piece.text = (piece.text or "").replace("|", _HIDDEN_BAR)


def as_shown(text: str) -> str:
    """Return the parser's text of a slide with pictures by their descriptions, and with signs that need no escape."""
    text = _PICTURE.sub(lambda picture: described(picture[1]), text)
    return _ESCAPED.sub(r"\1", text).replace(_HIDDEN_BAR, r"\|").replace(_HIDDEN_DOT, ".")
