"""Public ids: a prefix that names the resource and 24 letters and digits, all or most of them random."""

import re
import secrets
import string
import time

from app.core.errors import InvalidRequest

ID_PATTERN = r"^[A-Za-z0-9_-]+$"

_ALPHABET = string.ascii_letters + string.digits
_LETTERS = (_ALPHABET.encode() * 5)[:256]
_SURPLUS = bytes(range(256 - 256 % len(_ALPHABET), 256))
_RETRIEVAL = "ret_"
_TIME_LETTERS = 8
_RANDOM_WITH_TIME = 16
# Clocks of several servers differ.
_ON_ITS_WAY_MILLISECONDS = 5_000
_ID = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_ORDINAL = 9
_LONGEST_SHOWN = 64


def _random(length: int = 24) -> str:
    letters = ""
    while len(letters) < length:
        # Bytes beyond the last whole alphabet would make some letters likelier than others.
        letters += secrets.token_bytes(2 * length).translate(_LETTERS, _SURPLUS).decode()
    return letters[:length]


def _written(milliseconds: int) -> str:
    """Return a number in the letters of ids, always of the same length."""
    letters = ""
    for _ in range(_TIME_LETTERS):
        milliseconds, digit = divmod(milliseconds, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters


def make_file_id() -> str:
    return f"file-{_random()}"


def make_vector_store_id() -> str:
    return f"vs_{_random()}"


def make_file_batch_id() -> str:
    return f"vsfb_{_random()}"


def make_upload_id() -> str:
    return f"upload_{_random()}"


def make_upload_part_id() -> str:
    return f"part_{_random()}"


def make_completion_id() -> str:
    return f"chatcmpl-{_random()}"


def make_text_completion_id() -> str:
    return f"cmpl-{_random()}"


def make_retrieval_id() -> str:
    """Return an id that says when it was made: a record of it is written a moment later."""
    return f"{_RETRIEVAL}{_written(time.time_ns() // 1_000_000)}{_random(_RANDOM_WITH_TIME)}"


def may_be_on_its_way(retrieval_id: str) -> bool:
    """Return whether the record of a retrieval may still be about to be written, somewhere."""
    letters = retrieval_id.removeprefix(_RETRIEVAL)[:_TIME_LETTERS]
    if not set(letters) <= set(_ALPHABET):
        return False
    made_at = 0
    for letter in letters:
        made_at = made_at * len(_ALPHABET) + _ALPHABET.index(letter)
    return abs(time.time_ns() // 1_000_000 - made_at) < _ON_ITS_WAY_MILLISECONDS


def make_response_id() -> str:
    return f"resp_{_random()}"


def make_conversation_id() -> str:
    return f"conv_{_random()}"


def make_project_id() -> str:
    return f"proj_{_random()}"


def make_key_id() -> str:
    return _random(8)


def make_item_id(prefix: str) -> str:
    """Return the id of an item of a response; the prefix says of which type it is."""
    return f"{prefix}_{_random()}"


def make_request_id() -> str:
    return f"req_{_random()}"


def is_malformed(given: str) -> bool:
    """Return whether no object can have this id."""
    return _ID.fullmatch(given) is None


def malformed_id(param: str, given: str) -> InvalidRequest:
    """Return the error for an id that no object can have."""
    message = (
        f"Invalid '{param}': '{shown_id(given)}'. Expected an ID that contains letters, numbers, underscores, "
        "or dashes, but this value contained additional characters."
    )
    return InvalidRequest(message, param=param, code="invalid_value")


def shown_id(given: str) -> str:
    """Return an id as errors repeat it: shortened, because a client may send a very long text."""
    return given[:_LONGEST_SHOWN]


def chunk_id(file_id: str, ordinal: int) -> str:
    """Return the id of a file's chunk: it follows from the file's id, so it needs no column."""
    return f"chunk_{file_id.removeprefix('file-')}_{ordinal}"


def chunk_ordinal(file_id: str, wanted: str) -> int | None:
    """Return which chunk of the file has this id, None when it is no chunk's id of this file."""
    prefix, _, number = wanted.rpartition("_")
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ORDINAL):
        return None
    return int(number) if prefix == f"chunk_{file_id.removeprefix('file-')}" else None


def file_of_chunk(wanted: str) -> str | None:
    """Return the id of the file whose chunk has this id, None when it is no chunk's id."""
    prefix, _, number = wanted.rpartition("_")
    name = prefix.removeprefix("chunk_")
    return f"file-{name}" if name and name != prefix and number.isdecimal() else None
