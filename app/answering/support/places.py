"""Where in a passage a statement's words stand: which sentences, and which words in none of them. Pure."""

from collections.abc import Sequence

from app.answering.support.reading import ReadSentence
from app.core.folding import folded

_WINDOW = 6
# A number counts as a rare word when the place in the passage is chosen.
_NUMBER_WEIGHT = 1.0
# "Regulation" and "regulatory" have five letters at least in common, and all but two.
_SHORTEST_BEGINNING = 5
_LONGEST_ENDING = 2


def best_window(
    said: Sequence[ReadSentence], sentences: Sequence[ReadSentence], terms: dict[str, float]
) -> tuple[ReadSentence, ...]:
    """Return the neighbouring sentences that hold most of the statement's words and numbers."""
    quantities = [quantity for sentence in said for quantity in sentence.quantities]
    held = [
        {term: weight for term, weight in terms.items() if term in sentence.terms}
        | {
            f"number {place}": _NUMBER_WEIGHT
            for place, quantity in enumerate(quantities)
            if any(map(quantity.agrees, sentence.quantities))
        }
        for sentence in sentences
    ]
    best, most = 0, -1.0
    for start in range(max(1, len(sentences) - _WINDOW + 1)):
        union: dict[str, float] = {}
        for part in held[start : start + _WINDOW]:
            union |= part
        if (total := sum(union.values())) > most:
            best, most = start, total
    return tuple(sentences[best : best + _WINDOW])


def terms_of(sentences: Sequence[ReadSentence]) -> dict[str, float]:
    """Return the terms of all the sentences with their weights."""
    return {term: weight for sentence in sentences for term, weight in sentence.terms.items()}


def lacking_terms(said: Sequence[ReadSentence], sentences: Sequence[ReadSentence]) -> dict[str, float]:
    """Return the terms that the sentences lack (also as a related word or an opposite), with the share of each in all.

    Opposites are compared as such: "not permitted" is about what "forbidden" is about.
    """
    terms = terms_of(said)
    total = sum(terms.values())
    stored = {term for sentence in sentences for term in sentence.terms}
    matters = {turn.matter for sentence in sentences for turn in sentence.turns}
    stored |= {turn.stem for sentence in said for turn in sentence.turns if turn.matter in matters}
    missing = terms.keys() - stored
    if not missing:
        return {}
    beginnings = set(map(_beginning, stored))
    return {
        term: weight / total
        for term, weight in terms.items()
        if term in missing and _beginning(term) not in beginnings
    }


def _beginning(term: str) -> str:
    plain = term if term.isascii() else folded(term)
    return plain[: max(_SHORTEST_BEGINNING, len(plain) - _LONGEST_ENDING)]


def closest_sentences(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the sentences of the window that share most with the statement, the closest first; of rows only the closest.

    A table's header is none of them where its rows are there: each row has what it says.
    """
    window = [sentence for sentence in window if not sentence.is_header] or window
    terms = terms_of(said)
    shared = {
        sentence.start: sum(weight for term, weight in terms.items() if term in sentence.terms)
        for sentence in window
    }
    ranked = sorted(window, key=lambda sentence: -shared[sentence.start])
    most = shared[ranked[0].start]
    return [sentence for sentence in ranked if shared[sentence.start] * (1 if sentence.is_row else 2) >= most]
