"""Settings and texts of Java programs (``.properties``): letters instead of their escapes."""

import re
from json import loads

from app.reading.document import Document, Source
from app.reading.encodings import decode_text

_ESCAPES = re.compile(r"(?<!\\)(?:\\u[0-9a-fA-F]{4})+")


def read_properties(source: Source) -> Document:
    """Return the lines as they are written, with the letters that escapes stand for."""
    return Document(_ESCAPES.sub(lambda found: loads(f'"{found[0]}"'), decode_text(source.data)))
