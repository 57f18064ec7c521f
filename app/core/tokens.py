"""Exact OpenAI token counts, offline."""

from collections.abc import Sequence
from functools import cache

import bpe_openai

from app.core.errors import InvalidRequest


@cache
def _encoding(name: str) -> bpe_openai.Encoding:
    return bpe_openai.get_encoding(name)


def count_tokens(text: str) -> int:
    """Return how many o200k tokens `text` is, for any str (lone surrogates count as U+FFFD)."""
    return len(_encoding("o200k_base").encode_ordinary(text))


def decode_tokens(token_ids: Sequence[int]) -> str:
    """Return the text of cl100k tokens, as embedding clients send it; InvalidRequest for numbers that are none."""
    try:
        return str(_encoding("cl100k_base").decode(list(token_ids)))
    except KeyError as error:
        raise InvalidRequest(
            "'$.input' is invalid: it holds numbers that are no tokens of cl100k_base."
        ) from error
