"""Equations of Word files on one line: ``a/(b+1)``, ``x^2``, ``√(n)``."""

from typing import Any

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FRACTION, _ROOT, _SUM, _BRACKETS = _M + "f", _M + "rad", _M + "nary", _M + "d"
_RAISED = {_M + "sSup": ("^", "sup"), _M + "sSub": ("_", "sub")}
_BOTH = frozenset({_M + "sSubSup", _M + "sPre"})


def equation_text(element: Any) -> str:
    """Return an equation, or a part of one, as it is written in a line."""
    if element is None:
        return ""
    tag = element.tag
    if tag == _M + "t":
        return element.text or ""
    if tag == _FRACTION:
        return f"{_operand(element, 'num')}/{_operand(element, 'den')}"
    if tag in _RAISED:
        sign, name = _RAISED[tag]
        return f"{_operand(element, 'e')}{sign}{_operand(element, name)}"
    if tag in _BOTH:
        return f"{_operand(element, 'e')}_{_operand(element, 'sub')}^{_operand(element, 'sup')}"
    return _around(element) if tag in (_ROOT, _SUM, _BRACKETS) else _inner(element)


def _around(element: Any) -> str:
    """Return a part that a sign of its own holds together."""
    if element.tag == _ROOT:
        return f"{_part(element, 'deg')}√{_operand(element, 'e')}"
    if element.tag == _SUM:
        return _with_limits(element)
    return f"{_sign(element, 'begChr', '(')}{_inner(element)}{_sign(element, 'endChr', ')')}"


def _inner(element: Any) -> str:
    return "".join(equation_text(child) for child in element if not str(child.tag).endswith("Pr"))


def _with_limits(element: Any) -> str:
    limits = "".join(
        f"{mark}{_operand(element, name)}"
        for mark, name in (("_", "sub"), ("^", "sup"))
        if _part(element, name)
    )
    return f"{_sign(element, 'chr', '∫')}{limits} {_part(element, 'e')}"


def _part(element: Any, name: str) -> str:
    return equation_text(element.find(_M + name))


def _operand(element: Any, name: str) -> str:
    """Return a part, in brackets where it is more than one number or name."""
    text = _part(element, name)
    return text if text.isalnum() or not text else f"({text})"


def _sign(element: Any, name: str, usual: str) -> str:
    found = element.find(f"*/{_M}{name}")
    return usual if found is None else found.get(_M + "val") or ""
