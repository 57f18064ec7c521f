"""Which model ids the fallback answers to."""

import re

# Clients and their test suites name OpenAI's models: the fallback stands in for all of them, and for no others.
_OPENAI_NAMES = re.compile(r"(gpt-|chatgpt-|o\d|text-embedding-|footnote-)[\w.:-]*")


def is_openai_name(model: str) -> bool:
    """Whether this looks like the id of a model of OpenAI's, or of our own."""
    return _OPENAI_NAMES.fullmatch(model) is not None
