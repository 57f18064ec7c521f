"""Whether a passage supports a statement, how much of it, and if not, why. Pure.

The words of the statement, by how rare they are, must stand in six sentences of the passage that follow on each other;
its numbers and names must be there, and its negations. Where words do not decide, the answer is no: a statement that is
called verified by mistake is worse than one that is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.support.numbers import Quantity
from app.answering.support.polarity import contradicts
from app.answering.support.reading import ReadSentence, Word, read
from app.core.languages import guess_language
from app.core.types import SupportReason

_WINDOW = 6
# Measured on AttributionBench (dev) and WiCE (dev): benchmarks/verification.py.
_ENOUGH = 0.55
# Where names have no capital letters nearly all words must be there, so that another name is seen.
_ENOUGH_WITHOUT_CAPITALS = 0.85
# A number counts as a rare word when the place in the passage is chosen.
_NUMBER_WEIGHT = 1.0
# A sentence's first word is taken for a name only if it is as rare as that and no comma follows, as on "Additionally,".
_RARE_OPENER = 0.7
_LONGEST_ACRONYM = 6
_SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much of a statement is supported, and the reason; `sentences` are those that it rests on."""

    support: float
    reason: SupportReason
    sentences: tuple[ReadSentence, ...] = ()

    @property
    def verified(self) -> bool:
        return self.reason in ("quoted", "paraphrased")


def judge(statement: str, passage: str, *, context: str = "") -> Judgement:
    """Judge a statement by a passage; `context` (headings, the file's title) may hold its names, too."""
    language = guess_language(passage)
    said = read(statement, language)
    sentences = read(passage, language)
    terms = {term: weight for sentence in said for term, weight in sentence.terms.items()}
    if not sentences or not (terms or any(sentence.quantities for sentence in said)):
        return Judgement(0.0, "not_found")

    window = _best_window(said, sentences, terms)
    above = read(context, language)
    share = _share(terms, [*window, *above])
    reason = _reason(said, window, share=share, places=(sentences, above))
    support = share if reason == "paraphrased" else share / 2
    return Judgement(round(support, 2), reason, window)


def _best_window(
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


def _share(terms: dict[str, float], window: Sequence[ReadSentence]) -> float:
    total = sum(terms.values())
    found = sum(
        weight for term, weight in terms.items() if any(term in sentence.terms for sentence in window)
    )
    return found / total if total else 1.0


def _reason(
    said: Sequence[ReadSentence],
    window: Sequence[ReadSentence],
    *,
    share: float,
    places: tuple[Sequence[ReadSentence], Sequence[ReadSentence]],
) -> SupportReason:
    """Return why the statement is supported or not: what it lacks most is named first."""
    if share < _ENOUGH / 2:
        return "not_found"
    if _number_differs(said, window, places[1]):
        return "number_differs"
    if _name_missing(said, [*places[0], *places[1]]):
        return "name_not_found"
    if _negation_differs(said, window):
        return "negation_differs"
    has_capitals = any(
        letter.islower() for sentence in said for word in sentence.words for letter in word.token.text
    )
    enough = _ENOUGH if has_capitals else _ENOUGH_WITHOUT_CAPITALS
    return "paraphrased" if share >= enough else "not_found"


def _number_differs(
    said: Sequence[ReadSentence], window: Sequence[ReadSentence], context: Sequence[ReadSentence]
) -> bool:
    found = [quantity for sentence in (*window, *context) for quantity in sentence.quantities]
    return not all(_is_found(quantity, found) for sentence in said for quantity in sentence.quantities)


def _is_found(quantity: Quantity, found: Sequence[Quantity]) -> bool:
    """Whether a number is found, with its unit where the passage has numbers of that unit."""
    of_its_unit = [other for other in found if other.unit == quantity.unit] if quantity.unit else []
    return any(map(quantity.agrees, of_its_unit or found))


def _name_missing(said: Sequence[ReadSentence], sentences: Sequence[ReadSentence]) -> bool:
    """Whether a name in the statement stands nowhere in the passage nor above it."""
    names = [word for sentence in said for word in _names(sentence)]
    if not names:
        return False
    stored = {word.stem for sentence in sentences for word in sentence.words}
    missing = [name for name in names if name.stem not in stored]
    if not missing:
        return False
    folded = [word.token.folded for sentence in sentences for word in sentence.words]
    return not all(_is_there(name, folded) for name in missing)


def _names(sentence: ReadSentence) -> list[Word]:
    """Return the capitalised words; the first only when it is rare, or another follows."""
    words = [word for word in sentence.words if word.token.kind == "word"]
    names = []
    for place, word in enumerate(words):
        if not (word.token.is_capital and word.weight):
            continue
        if place or _opens_with_name(words[:2]):
            names.append(word)
    return names


def _opens_with_name(pair: Sequence[Word]) -> bool:
    """Whether a sentence's first word is a name: a rare one, or followed by another capital letter."""
    first, *others = pair
    return any(
        other.token.start == first.token.end + 1
        and (first.weight > _RARE_OPENER or (other.token.is_capital and other.weight > 0))
        for other in others
    )


def _is_there(name: Word, folded: Sequence[str]) -> bool:
    """Whether a name is found in another form: "France" in "French", "WHO" in its words' first letters."""
    word = name.token.folded
    if name.token.text.isupper() and 1 < len(word) <= _LONGEST_ACRONYM:
        initials = "".join(other[0] for other in folded)
        return word in initials
    if len(word) < _SHORTEST_BEGINNING:
        return False
    beginning = word[: max(_SHORTEST_BEGINNING, len(word) - 3)]
    return any(other.startswith(beginning) for other in folded)


def _negation_differs(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    closest = _closest(said, window)
    if contradicts(
        frozenset(side for sentence in said for side in sentence.sides),
        frozenset(side for sentence in closest for side in sentence.sides),
    ):
        return True
    if any(sentence.run_negations for sentence in (*said, *closest)):
        return _odd(said) != _odd(closest[:1])
    return _said_not(said, window) or _found_not(said, window, closest[0])


def _closest(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the sentences of the window that share most with the statement, the closest first."""
    terms = {term: weight for sentence in said for term, weight in sentence.terms.items()}
    shared = {
        sentence.start: sum(weight for term, weight in terms.items() if term in sentence.terms)
        for sentence in window
    }
    ranked = sorted(window, key=lambda sentence: -shared[sentence.start])
    most = shared[ranked[0].start]
    return [sentence for sentence in ranked if shared[sentence.start] * 2 >= most]


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
    for ahead, _ in closest.negation_heads():
        for head in terms.intersection(ahead):
            if not any(head in other.terms and head not in other.negated for other in window):
                return True
    return False
