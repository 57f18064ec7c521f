"""Public ids: a prefix that names the resource and 24 random letters and digits."""

import re
import secrets
import string

_ALPHABET = string.ascii_letters + string.digits
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{1,128}")


def _random(length: int = 24) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def make_file_id() -> str:
    return f"file-{_random()}"


def make_vector_store_id() -> str:
    return f"vs_{_random()}"


def make_completion_id() -> str:
    return f"chatcmpl-{_random()}"


def make_retrieval_id() -> str:
    return f"ret_{_random()}"


def make_request_id() -> str:
    return f"req_{_random()}"


def chunk_id(file_id: str, ordinal: int) -> str:
    """Return the id of a file's chunk: it follows from the file's id, so it needs no column."""
    return f"chunk_{file_id.removeprefix('file-')}_{ordinal}"


def is_well_formed(value: str) -> bool:
    """Whether `value` could be an id at all: letters, digits, underscores, dashes."""
    return _WELL_FORMED.fullmatch(value) is not None
