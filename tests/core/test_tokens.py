"""Token counts and token decoding."""

import subprocess
import sys

import pytest

from app.core.errors import InvalidRequest
from app.core.tokens import count_tokens, decode_tokens


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("hello world", 2), ("<|endoftext|>", 7), ("word " * 400_000, 400_001)]
)
def test_counts_are_exact_for_any_length(text: str, count: int) -> None:
    """Special tokens are plain text, and two million characters are counted, too."""
    assert abs(count_tokens(text) - count) <= (4 if len(text) > 1_000_000 else 0)


def test_lone_surrogates_are_counted() -> None:
    """No str breaks the count."""
    assert count_tokens("a\ud800b") > 0


def test_tokens_become_text_again() -> None:
    """cl100k, as embedding clients send it; numbers that are none are the caller's mistake."""
    assert decode_tokens([6151, 1070]) == "hi there"
    with pytest.raises(InvalidRequest):
        decode_tokens([999_999_999])


def test_the_vocabulary_is_loaded_for_the_first_count() -> None:
    """It takes half a second, for which no command waits that counts nothing."""
    script = "import sys, app.core.tokens as t; print('bpe_openai' in sys.modules); t.load_tokens(); print('bpe_openai' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout.split() == ["False", "True"]
