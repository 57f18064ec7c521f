"""Digits that stand raised: ``10⁶`` is no 106, and ``m²`` is no m2. Pure."""

import re

_RAISED = re.compile(r"[-+−]?\d{1,6}")
_SIGNS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raised(text: str) -> str:
    """Return a raised number in the signs that Unicode has for it; every other text as it is."""
    return text.translate(_SIGNS) if _RAISED.fullmatch(text) else text
