"""Whether a statement's numbers are those that the passage has where it says the same. Pure."""

from collections.abc import Sequence

from app.answering.support.numbers import Quantity
from app.answering.support.places import closest_sentences
from app.answering.support.reading import ReadSentence


def number_differs(
    said: Sequence[ReadSentence], window: Sequence[ReadSentence], context: Sequence[ReadSentence]
) -> bool:
    """Whether a number is not found near the statement's words: in the closest sentences, or next to the best one."""
    quantities = [quantity for sentence in said for quantity in sentence.quantities]
    if not quantities:
        return False
    near = _near(said, window)
    found = [quantity for sentence in (*near, *context) for quantity in sentence.quantities]
    return not all(_is_found(quantity, found) for quantity in quantities)


def _near(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the closest sentences and the best one's neighbours, but of a table's rows only the closest."""
    closest = closest_sentences(said, window)
    best = window.index(closest[0])
    beside = [sentence for sentence in window[max(0, best - 1) : best + 2] if not sentence.is_row]
    return [*closest, *beside]


def _is_found(quantity: Quantity, found: Sequence[Quantity]) -> bool:
    """Whether a number is found: with its unit, and next to its words if the passage has numbers next to those."""
    of_its_unit = [
        other
        for other in found
        if quantity.unit and (other.unit == quantity.unit or quantity.is_converted(other))
    ]
    beside_its_words = [other for other in found if not quantity.beside.isdisjoint(other.beside)]
    return any(map(quantity.agrees, of_its_unit or found)) and (
        not beside_its_words or any(map(quantity.agrees, beside_its_words))
    )
