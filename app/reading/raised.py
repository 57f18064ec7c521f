"""Digits that stand raised: ``10⁶`` is no 106, and ``m²`` is no m2. Pure."""

import re

_RAISED = re.compile(r"[-+−]?\d{1,6}")
_SIGNS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raised(text: str) -> str:
    """Return a raised number in the signs that Unicode has for it; every other text as it is."""
    return text.translate(_SIGNS) if _RAISED.fullmatch(text) else text


_UP = r"(?<![\w-])(?:vertical-align\s*:\s*super|top\s*:\s*-[\d.]+em)"
# A rule of a style sheet that raises: its selector, which is a class. And what an element says of itself.
_RULE = re.compile(rf"\.([\w-]+)\s*\{{[^{{}}]*{_UP}", re.IGNORECASE)
_OWN = re.compile(_UP, re.IGNORECASE)


def raised_classes(style_sheet: str) -> set[str]:
    """Return the classes of which a style sheet says that they stand raised."""
    return set(_RULE.findall(style_sheet))


def is_raised(style: str | None, classes: str | None, raising: set[str]) -> bool:
    """Whether an element stands raised by its own style, or by one of its classes."""
    return _OWN.search(style or "") is not None or not raising.isdisjoint((classes or "").split())
