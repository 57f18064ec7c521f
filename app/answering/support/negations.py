"""Whether a passage denies what a statement says, or the other way round. Pure."""

from collections.abc import Sequence

from app.answering.support.places import closest_sentences
from app.answering.support.polarity import Side, contradicts, lacks_marked_side
from app.answering.support.reading import ReadSentence, Turn


def negation_differs(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    """Whether one negates what the other does not, or takes the other side of a matter."""
    closest = closest_sentences(said, window)
    window = [sentence for sentence in window if not sentence.is_header]
    if contradicts(_sides(said), _sides(closest)):
        return True
    if any(_is_turned(turn, closest) for sentence in said for turn in sentence.turns):
        return True
    if any(sentence.run_negations for sentence in (*said, *closest)):
        return _odd(said) != _odd(closest[:1])
    return _said_not(said, window) or _found_not(said, window, closest[0])


def comparison_missing(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    """Whether a statement compares with a word like "less" or "least", and the passage has none of that kind."""
    return lacks_marked_side(_sides(said), _sides(window))


def _sides(sentences: Sequence[ReadSentence]) -> frozenset[Side]:
    return frozenset(side for sentence in sentences for side in sentence.sides)


def _is_turned(turn: Turn, sentences: Sequence[ReadSentence]) -> bool:
    """Whether beside the same words there is only the other side: "less popular" where the passage has "more popular"."""
    sides = {
        other.side
        for sentence in sentences
        for other in sentence.turns
        if other.matter == turn.matter and not other.beside.isdisjoint(turn.beside)
    }
    return sides == {1 - turn.side}


def _odd(sentences: Sequence[ReadSentence]) -> bool:
    return sum(sentence.run_negations for sentence in sentences) % 2 == 1


def _said_not(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    """Whether the statement negates what the passage does not."""
    for sentence in said:
        for ahead, back in sentence.negation_heads():
            heads = {*ahead, *back}
            near = [other for other in window if heads & other.terms.keys()] or list(window)
            if not any(heads & other.negated or other.denies for other in near):
                return True
    return False


def _found_not(said: Sequence[ReadSentence], window: Sequence[ReadSentence], closest: ReadSentence) -> bool:
    """Whether the passage negates what the statement does not, and says it nowhere without."""
    if any(word.negates for sentence in said for word in sentence.words) or any(s.denies for s in said):
        return False
    terms = {term for sentence in said for term in sentence.terms}
    if any(column <= terms for column in closest.refused):
        return True
    for ahead, _ in closest.negation_heads():
        for head in terms.intersection(ahead):
            if not any(head in other.terms and head not in other.negated for other in window):
                return True
    return False
