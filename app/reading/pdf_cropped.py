"""Text of a PDF page that lies outside of what a program shows of it: printers' marks, and what was cut away."""

from typing import Any

_FAR = 20_000.0


def without_cropped(text: str, page: Any) -> str:
    """Return a page's text without the lines that stand outside of its crop box as a whole."""
    left, bottom, right, top = page.get_cropbox()
    outer_left, outer_bottom, outer_right, outer_top = page.get_mediabox()
    is_whole = left <= outer_left and bottom <= outer_bottom and right >= outer_right and top >= outer_top
    # Programs show the whole page where its crop box lies elsewhere.
    is_elsewhere = max(left, outer_left) >= min(right, outer_right) or max(bottom, outer_bottom) >= min(
        top, outer_top
    )
    if is_whole or is_elsewhere:
        return text
    letters = page.get_textpage()
    around = (
        (-_FAR, top, _FAR, _FAR),
        (-_FAR, -_FAR, _FAR, bottom),
        (-_FAR, bottom, left, top),
        (right, bottom, _FAR, top),
    )
    cropped = {_key(line) for box in around for line in letters.get_text_bounded(*box).splitlines()}
    cropped -= {_key(line) for line in letters.get_text_bounded(left, bottom, right, top).splitlines()}
    return "\n".join(line for line in text.split("\n") if not _key(line) or _key(line) not in cropped)


def _key(line: str) -> str:
    return "".join(line.split())
