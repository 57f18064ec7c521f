"""Exact OpenAI token counts, offline."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from app.core.errors import InvalidRequest

if TYPE_CHECKING:
    import bpe_openai

# The tokenizer refuses a million characters at once.
_LONGEST_PART = 500_000
# Longer texts are not remembered: four thousand of these are some 20 MB at most.
_LONGEST_KNOWN = 5_000


def load_tokens() -> None:
    """Load the vocabulary of counts, which takes half a second, before somebody waits for the first count."""
    _encoding("o200k_base")


@cache
def _encoding(name: str) -> "bpe_openai.Encoding":
    # Its import reads all of its vocabularies. Most commands count nothing.
    encoding: bpe_openai.Encoding = import_module("bpe_openai").get_encoding(name)
    return encoding


def count_tokens(text: str) -> int:
    """Return how many o200k tokens `text` is, for any str (lone surrogates count as U+FFFD).

    A text beyond the tokenizer's limit is counted in parts, which may come out a token or two higher.
    """
    return _known_count(text) if len(text) <= _LONGEST_KNOWN else _count(text)


# Chats that are answered from the same passages count the same texts.
@lru_cache(maxsize=4_000)
def _known_count(text: str) -> int:
    return _count(text)


def _count(text: str) -> int:
    encoding = _encoding("o200k_base")
    parts = (text[start : start + _LONGEST_PART] for start in range(0, len(text), _LONGEST_PART))
    return sum(len(encoding.encode_ordinary(part)) for part in parts)


def decode_tokens(token_ids: Sequence[int]) -> str:
    """Return the text of cl100k tokens, which embedding clients send; InvalidRequest for numbers that are no tokens."""
    try:
        return str(_encoding("cl100k_base").decode(list(token_ids)))
    except KeyError as error:
        raise InvalidRequest(
            "'$.input' is invalid: it holds numbers that are no tokens of cl100k_base."
        ) from error


def split_tokens(text: str) -> list[str]:
    """Return the text token by token; joined they are the text. A character of several tokens goes with its last."""
    encoding = _encoding("o200k_base")
    pieces: list[str] = []
    held = b""
    for start in range(0, len(text), _LONGEST_PART):
        tokens = encoding.encode_ordinary(text[start : start + _LONGEST_PART])
        for token in encoding.decode_tokens_bytes(tokens):
            held += token
            try:
                pieces.append(held.decode())
            except UnicodeDecodeError:
                pieces.append("")
            else:
                held = b""
    return pieces
