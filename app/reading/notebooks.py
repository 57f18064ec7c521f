"""Jupyter notebooks by cells: text as it is, code and what it printed in fences, no pictures."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, loads
from typing import Any

from app.reading.document import Document, Source
from app.reading.encodings import decode_text
from app.reading.json_text import read_json

# What Python shows in the place of a picture or of an object without a text of its own.
_PLACEHOLDER = re.compile(r"<[\w.]+(?: object)?(?: at 0x[0-9a-f]+|:? ?size [^>]*| with [^>]*)?>|\[<.*>\]")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# A picture that is pasted into a cell is kept beside its text.
_ATTACHED = re.compile(r"!\[[^\]]*\]\(attachment:[^)]*\)")


def read_notebook(source: Source) -> Document:
    """Return the cells in their order. What is no notebook is read as JSON."""
    try:
        notebook: Any = loads(decode_text(source.data))  # JSON of any shape
    except (JSONDecodeError, RecursionError):
        return read_json(source)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return read_json(source)
    blocks = (block for cell in cells if isinstance(cell, dict) for block in _cell(cell))
    return Document("\n\n".join(filter(None, blocks)))


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    text = _text(cell.get("source"))
    if cell.get("cell_type") != "code":
        yield _ATTACHED.sub("", text).strip()
        return
    yield _fenced(text)
    for output in cell.get("outputs") or ():
        if isinstance(output, dict):
            yield _fenced(_shown(output))


def _shown(output: dict[str, Any]) -> str:
    """Return the text of an output; of an error its last line."""
    if output.get("output_type") == "error":
        return f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
    data = output.get("data")
    text = _text(data.get("text/plain") if isinstance(data, dict) else output.get("text"))
    return "" if _PLACEHOLDER.fullmatch(text.strip()) else _ANSI.sub("", text)


def _text(value: Any) -> str:  # a string, or a list of lines
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _fenced(text: str) -> str:
    if not text.strip():
        return ""
    fence = "```"
    while fence in text:
        fence += "`"
    return "\n".join((fence, text.strip("\n"), fence))
