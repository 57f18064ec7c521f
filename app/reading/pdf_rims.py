"""Running headers and footers of a PDF: text that repeats at the rim of pages is kept once. Pure."""

import re
from collections import Counter

_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
# How many lines at the top and at the bottom of a page can be its rim.
_RIM_LINES = 3
_FEWEST_PAGES = 3
# A line is furniture when this share of the pages has it. Left and right pages, and chapters, have their own.
_SHARE = 0.3


def take_rims(pages: list[str]) -> tuple[list[str], list[str]]:
    """Return the pages without their running lines, and each of these lines once, without page numbers on their own.

    Lines that differ by numbers only count as the same. A document of two pages has its rims when both pages share them.
    """
    lines = [page.split("\n") for page in pages]
    places = [_rim_places(page) for page in lines]
    counts = Counter(
        shape
        for page, rim in zip(lines, places, strict=True)
        for shape in {_shape(page[place], at) for place, at in rim}
    )
    written = sum(bool(page.strip()) for page in pages)
    fewest = max(_FEWEST_PAGES, _SHARE * written)
    rims: dict[tuple[str, str], str] = {}
    kept = []
    for page, rim in zip(lines, places, strict=True):
        drop = set()
        for at in ("top", "bottom"):
            for place in [place for place, side in rim if side == at]:
                shape = _shape(page[place], at)
                if counts[shape] < fewest:
                    break
                rims.setdefault(shape, page[place].strip())
                drop.add(place)
        kept.append("\n".join(line for place, line in enumerate(page) if place not in drop).strip())
    said = [line for line in rims.values() if _says_something(line)]
    if said and not any(kept):
        # Each page says the same, as copies of one sheet do. Page numbers alone say nothing.
        return pages, []
    return kept, said


def _rim_places(page: list[str]) -> list[tuple[int, str]]:
    """Return the outermost lines of a page, from the rim inwards, with the side they are on."""
    # The header row of a table may stand on each page, and is none of its rims.
    written = [place for place, line in enumerate(page) if line.strip() and not line.startswith("|")]
    top = written[:_RIM_LINES]
    bottom = [place for place in reversed(written[-_RIM_LINES:]) if place not in top]
    if len(written) <= _RIM_LINES:
        # A page of few lines: its last ones are looked at from below as well.
        half = len(written) // 2
        top, bottom = written[: len(written) - half], list(reversed(written[len(written) - half :]))
    return [(place, "top") for place in top] + [(place, "bottom") for place in bottom]


def _shape(line: str, side: str) -> tuple[str, str]:
    return side, _NUMBERS.sub("#", " ".join(line.casefold().split()))


def _says_something(line: str) -> bool:
    """Whether a running line is more than a page number: ``Page 3 of 8`` is not."""
    return len(re.findall(r"[^\W\d_]{2,}", re.sub(r"(?i)\b(page|seite|of|von|p)\b", "", line))) > 0
