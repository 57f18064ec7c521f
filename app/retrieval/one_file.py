"""Recognises by rule what a question asks of one file: a page of it, when it was added, how large it is. Pure."""

import re
from typing import NamedTuple

from app.core.listing import LAST_PAGE
from app.retrieval.subject_words import UPLOADED, WHEN

_PAGE = "page|slide|seite|folie|diapositive|pagina|diapositiva"
_PLACES = {
    "first": 1, "erste": 1, "ersten": 1, "premiere": 1, "primera": 1,
    "second": 2, "zweite": 2, "zweiten": 2, "deuxieme": 2, "segunda": 2,
    "third": 3, "dritte": 3, "dritten": 3, "troisieme": 3, "tercera": 3,
    **dict.fromkeys(("last", "letzte", "letzten", "derniere", "ultima"), LAST_PAGE),
}  # fmt: skip
_NUMBERED = re.compile(
    rf"\b(?:on |auf |sur |en )?(?:the |der |la )?(?:{_PAGE})(?: (?:number|no|nr|numero))? (?P<page>\d{{1,4}})\b"
)
_COUNTED = re.compile(rf"\b(?:on |auf |sur |en )?(?:the |der |die |la )?(?P<page>{'|'.join(_PLACES)}|\d{{1,4}}(?:st|nd|rd|th)) (?:{_PAGE})\b")  # fmt: skip
_SIZE = re.compile(
    r"^(?:how (?:big|large)|wie gross) (?:is|ist) |^(?:what is )?the (?:file )?size of |^(?:quelle est )?la taille d[eu] |^que tamano tiene "
)


class PageAsked(NamedTuple):
    """The number of a page, and the question without it."""

    page: int
    rest: str


def find_page(folded: str) -> PageAsked | None:
    """Return the page that a folded question names; a slide is one, too."""
    found = _NUMBERED.search(folded) or _COUNTED.search(folded)
    if found is None:
        return None
    said = found["page"]
    page = _PLACES.get(said) or int(said.rstrip("stndrh"))
    return PageAsked(page, " ".join(f"{folded[: found.start()]} {folded[found.end() :]}".split()))


def asks_when_added(folded: str) -> bool:
    """Whether a folded question asks when something was added."""
    words = set(folded.split())
    return not (WHEN.isdisjoint(words) or UPLOADED.isdisjoint(words))


def asks_how_large(folded: str) -> bool:
    """Whether a folded question asks how large something is."""
    return _SIZE.search(folded) is not None
