"""The bytes of a file as they were uploaded, to be saved under its name and never shown as a page of ours."""

import unicodedata
from urllib.parse import quote

from fastapi import Response
from starlette.responses import StreamingResponse

from app.core.types import Caller
from app.library.files import FileLibrary
from app.models import File

# What a quoted file name may not hold, or what some client takes for the start of an escape or of a folder.
_UNSAFE = frozenset('"\\%/')


def content_response(files: FileLibrary, caller: Caller, file: File) -> Response:
    """Return the file's bytes as a download."""
    return StreamingResponse(
        files.content(caller, file),
        media_type="application/octet-stream",
        headers={
            "content-length": str(file.size_bytes),
            "content-disposition": content_disposition(file.filename),
        },
    )


def content_disposition(filename: str) -> str:
    """Return the header that saves under `filename` (RFC 6266), with plain letters for clients that know no others."""
    exact = quote(filename, safe="")
    return f"attachment; filename=\"{_plain(filename)}\"; filename*=UTF-8''{exact}"


def _plain(filename: str) -> str:
    """Return the name in ASCII: letters without their accents, all else as underscores."""
    bare = (letter for letter in unicodedata.normalize("NFKD", filename) if not unicodedata.combining(letter))
    return "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in _UNSAFE else "_"
        for letter in bare
    )
