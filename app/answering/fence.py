"""Fences off sources: by a word that no source can know, and without the marks that tell a model who speaks. Pure."""

import hashlib
import hmac
import re
from collections.abc import Sequence

_WORD_LENGTH = 10
# Chat templates turn these into the borders between system, user and assistant: <|im_start|>, [INST], <start_of_turn>,
# <<SYS>>, </s>. Tokenizers of many servers read them in a message's text as well.
_CONTROL = re.compile(
    r"<(?=[|｜])|\[(?=/?INST\]|/?(?:SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])"
    r"|<(?=<?/?SYS>>)|<(?=/?(?:s|bos|eos|pad|unk)>)|<(?=(?:start|end)_of_turn>)"
)


def fence_word(key: bytes, texts: Sequence[str]) -> str:
    """Return the name of the tags round these texts. It is the same for the same texts, and secret without the key."""
    digest = hmac.digest(key, "\x00".join(texts).encode("utf-8", "replace"), hashlib.sha256)
    return f"source-{digest.hex()[:_WORD_LENGTH]}"


def fenced_text(text: str, fence: str) -> str:
    """Return a text that cannot leave its fence or pose as another speaker: control tokens get a space."""
    return _CONTROL.sub(lambda found: f"{found[0]} ", text.replace(fence, ""))
