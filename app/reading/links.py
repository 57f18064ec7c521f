"""Links of Office files: their addresses are text where they say more than the words that carry them. Pure."""

import re

_LINKED = re.compile(r"(?:https?://|mailto:)")


def says_more(address: str, text: str) -> bool:
    """Whether a link leads to another place and its text is not the address itself."""
    bare_address, bare_text = (_LINKED.sub("", one).strip().strip("/") for one in (address, text))
    return bool(bare_text and _LINKED.match(address)) and bare_address != bare_text


def with_address(text: str, address: str | None) -> str:
    """Return the text of a link as Markdown has it, with its address where that says more."""
    return f"[{text}]({address})" if address and says_more(address, text) else text
