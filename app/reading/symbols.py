"""The characters of the fonts Symbol and Wingdings, which Office stores by private codes. Pure."""

import re

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_BASE = 0xF000
# https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt from 0x22 and from 0xa1 on; a space is none of use.
_SYMBOL = dict(
    zip(
        range(0x22, 0x7F),
        "∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧ∆ΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼",
        strict=True,
    )
) | dict(
    zip(
        range(0xA1, 0xF3),
        "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑           〉∫",
        strict=True,
    )
)
# Signs of Wingdings that mean something in a text: boxes, ticks, crosses, arrows.
_WINGDINGS = {
    0x6C: "•", 0x6E: "■", 0x6F: "☐", 0x71: "☐", 0x72: "☐", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "☐",
    0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}


def has_symbols(text: str) -> bool:
    """Whether a text holds characters that say nothing without their font."""
    return _PRIVATE.search(text) is not None


def symbols_as_text(text: str, font: str) -> str:
    """Return a text in one of these fonts with the characters of Unicode; those that it has not are left out."""
    known = _FONTS.get(font.casefold(), {})
    return _PRIVATE.sub(lambda found: known.get(ord(found[0]) - _BASE, "").strip(), text)
