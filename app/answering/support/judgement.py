"""Whether a passage supports a statement, how much of it, and if not, why. Pure.

The words of the statement, by how rare they are, must stand in six sentences of the passage that follow on each other:
three quarters of a short statement, two fifths of a long one. Its numbers must be where the words are, its names and
negations there. Of a table one row has to say it all, with what the header says of its columns. Where words do not decide,
the answer is no: a statement that is called verified by mistake is worse than one that is not.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from app.answering.support.agreement import force_differs, name_missing
from app.answering.support.facts import is_told_as_fact
from app.answering.support.opposites import MARKED, Side
from app.answering.support.places import misplaced_reason
from app.answering.support.polarity import DENYING
from app.answering.support.reading import ReadSentence, read
from app.answering.support.relations import is_related_otherwise
from app.answering.support.tables import is_of_other_cells, read_passage
from app.answering.support.turns import Turn
from app.core.folding import folded
from app.core.languages import guess_language
from app.core.types import SupportReason

_WINDOW = 6
# A number counts as a rare word when the place in the passage is chosen.
_NUMBER_WEIGHT = 1.0
# "Regulation" and "regulatory" have five letters at least in common, and all but two.
_SHORTEST_BEGINNING = 5
_LONGEST_ENDING = 2


def _best_window(
    said: Sequence[ReadSentence], sentences: Sequence[ReadSentence], terms: dict[str, float]
) -> tuple[ReadSentence, ...]:
    """Return the neighbouring sentences that hold most of the statement's words and numbers."""
    if len(sentences) <= _WINDOW:
        return tuple(sentences)
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

    def worth(start: int) -> float:
        parts = held[start : start + _WINDOW]
        return sum({term: each for part in parts for term, each in part.items()}.values())

    best = max(range(len(sentences) - _WINDOW + 1), key=worth)
    return tuple(sentences[best : best + _WINDOW])


def _terms_of(sentences: Sequence[ReadSentence]) -> dict[str, float]:
    """Return the terms of all the sentences with their weights."""
    return {term: weight for sentence in sentences for term, weight in sentence.terms.items()}


def _lacking_terms(said: Sequence[ReadSentence], sentences: Sequence[ReadSentence]) -> dict[str, float]:
    """Return the terms that the sentences lack (also as a related word or an opposite), with the share of each in all.

    Opposites are compared as such: "not permitted" is about what "forbidden" is about.
    """
    terms = _terms_of(said)
    total = sum(terms.values())
    stored = {term for sentence in sentences for term in sentence.terms}
    matters = {turn.matter for sentence in sentences for turn in sentence.turns}
    stored |= {turn.stem for sentence in said for turn in sentence.turns if turn.matter in matters}
    missing = terms.keys() - stored
    beginnings = set(map(_beginning, stored)) if missing else set()
    return {
        term: weight / total
        for term, weight in terms.items()
        if term in missing and _beginning(term) not in beginnings
    }


def _beginning(term: str) -> str:
    plain = term if term.isascii() else folded(term)
    return plain[: max(_SHORTEST_BEGINNING, len(plain) - _LONGEST_ENDING)]


def _closest_sentences(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the sentences of the window that share most with the statement, the closest first; of rows only the closest.

    A table's header is none of them where its rows are there: each row has what it says.
    """
    window = [sentence for sentence in window if not sentence.is_header] or window
    terms = _terms_of(said)
    shared = {
        sentence.start: sum(weight for term, weight in terms.items() if term in sentence.terms)
        for sentence in window
    }
    ranked = sorted(window, key=lambda sentence: -shared[sentence.start])
    most = shared[ranked[0].start]
    return [sentence for sentence in ranked if shared[sentence.start] * (1 if sentence.is_row else 2) >= most]


def _number_differs(
    said: Sequence[ReadSentence], window: Sequence[ReadSentence], context: Sequence[ReadSentence]
) -> bool:
    """Whether a number is not found near the statement's words: in the closest sentences, or next to the best one."""
    quantities = [quantity for sentence in said for quantity in sentence.quantities]
    if not quantities:
        return False
    near = _near(said, window)
    found = [quantity for sentence in (*near, *context) for quantity in sentence.quantities]
    may_fall = not _FALLING.isdisjoint(_sides([*said, *near]))
    return not all(
        quantity.is_among([other for other in found if may_fall or other.is_negative is quantity.is_negative])
        for quantity in quantities
    )


# A fall by 5 % may be written -5 %.
_FALLING = frozenset((("rise", 1), ("result", 1), ("amount", 1), ("sign", 1), ("level", 1)))


def _rate_differs(
    said: Sequence[ReadSentence], closest: Sequence[ReadSentence], window: Sequence[ReadSentence]
) -> bool:
    """Whether a statement says how often, or for how long an amount is, and the passage only has another period."""
    rates = _rates(said)
    if not closest[0].is_row:
        window = [sentence for sentence in window if not sentence.is_row]
    return bool(rates and rates - _rates(window) and _rates(closest))


def _rates(sentences: Sequence[ReadSentence]) -> frozenset[str]:
    return frozenset[str]().union(*(sentence.rates for sentence in sentences))


def _near(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the closest sentences and the best one's neighbours, but of a table's rows only the closest."""
    closest = _closest_sentences(said, window)
    best = window.index(closest[0])
    beside = [sentence for sentence in window[max(0, best - 1) : best + 2] if not sentence.is_row]
    return [*closest, *beside]


def _negation_differs(
    said: Sequence[ReadSentence], closest: Sequence[ReadSentence], window: Sequence[ReadSentence]
) -> bool:
    """Whether one negates what the other does not, or takes the other side of a matter."""
    window = [sentence for sentence in window if not sentence.is_header]
    is_contrary = _contradicts(_sides(said), _sides(closest))
    if _is_excepted(said, closest[0]):
        # "Open except on Mondays" means closed on Mondays.
        return not (is_contrary or _CLOSED in _sides(said) - closest[0].sides)
    if is_contrary:
        return True
    if any(_is_turned(turn, closest) for sentence in said for turn in sentence.turns):
        return True
    if any(sentence.run_negations for sentence in (*said, *closest)):
        return _odd(said) != _odd(closest[:1])
    return _said_not(said, window) or _found_not(said, window, closest[0])


_CLOSED = ("access", 1)


def _is_excepted(said: Sequence[ReadSentence], closest: ReadSentence) -> bool:
    """Whether a statement without a negation is about what the passage leaves out."""
    if any(word.negates for sentence in said for word in sentence.words):
        return False
    return any(not closest.excepted.isdisjoint(sentence.terms) for sentence in said)


def _comparison_missing(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    """Whether a statement compares with a word like "less" or "least", and the passage has none of that kind."""
    return not MARKED.isdisjoint(_sides(said) - _sides(window))


def _sides(sentences: Sequence[ReadSentence]) -> frozenset[Side]:
    return frozenset(side for sentence in sentences for side in sentence.sides)


def _is_turned(turn: Turn, sentences: Sequence[ReadSentence]) -> bool:
    """Whether beside the same words, or among most of them, there is only the other side.

    "Less popular" where the passage has "more popular" is turned, and so is "a lower rate in an untrained heart" where it
    has "a higher rate in an untrained heart", though it has "a lower rate" as well.
    """
    others = [
        other
        for sentence in sentences
        for other in sentence.turns
        if other.matter == turn.matter and not other.beside.isdisjoint(turn.beside)
    ]
    if not others or turn.stem in {stem for other in others for stem in other.beside}:
        # "Public and private" is on both sides.
        return False
    shared = [len(other.around & turn.around) for other in others]
    most = max(shared)
    closest = {other.side for other, size in zip(others, shared, strict=True) if size == most}
    return turn.side not in (closest if most >= _ENOUGH_AROUND else {other.side for other in others})


# A comparison with this many of the same words around it is the same one.
_ENOUGH_AROUND = 2


def _odd(sentences: Sequence[ReadSentence]) -> bool:
    return sum(sentence.run_negations for sentence in sentences) % 2 == 1


def _said_not(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    """Whether the statement negates what the passage does not."""
    for sentence in said:
        for ahead, back in sentence.negation_heads(with_left_for=False):
            heads = {*ahead[:1], *back}
            near = _holding_most(heads, window)
            if not any(
                other.denies or not (heads.isdisjoint(other.not_so) and other.left_out.isdisjoint(ahead))
                for other in near
                if other.denies_of(ahead[1:2])
            ):
                return True
    return False


def _holding_most(heads: AbstractSet[str], window: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the sentences that hold most of what a negation is about, all if none holds any."""
    held = [len(heads & other.terms.keys()) for other in window]
    most = max(held, default=0)
    return [other for other, count in zip(window, held, strict=True) if count == most]


def _found_not(said: Sequence[ReadSentence], window: Sequence[ReadSentence], closest: ReadSentence) -> bool:
    """Whether the passage negates what the statement does not, and says it nowhere without."""
    terms = {term for sentence in said for term in sentence.terms}
    if negators := [word.token.folded for sentence in said for word in sentence.words if word.negates]:
        return _is_denied_once_more(terms, negators, closest)
    negated = {head for ahead, _ in closest.negation_heads() for head in ahead[:1]}
    negated |= closest.who_cannot | closest.done_to_nobody
    denials = {word.stem for sentence in said for word in sentence.words if word.token.folded in DENYING}
    if denials:
        # "Neither admitted nor denied" is not "denied", and "none of the tests failed" is not "failed".
        return not denials.isdisjoint(negated | closest.of_nobody)
    if any(column <= terms for column in closest.refused):
        return True
    denied = {head for head in terms & {*negated, *closest.failures()} if not closest.affirms(head, terms)}
    return any(
        not any(head in other.terms and head not in other.not_so and other is not closest for other in window)
        for head in denied
    )


def _is_denied_once_more(terms: AbstractSet[str], negators: Sequence[str], closest: ReadSentence) -> bool:
    """Whether the passage has all negations of a statement and one more: "not given without a receipt"."""
    found = [word.token.folded for word in closest.words if word.negates]
    more = [word for word in found if word not in negators]
    if len(more) != 1 or not set(negators) <= set(found):
        return False
    return any(
        word.token.folded in more and not terms.isdisjoint(closest.negated_at(place))
        for place, word in enumerate(closest.words)
        if word.negates
    )


# Measured on AttributionBench (dev) and WiCE (dev): benchmarks/verification.py.
# Two or three words and a third of all seldom come together by chance; three quarters are enough for the shortest.
_ENOUGH = 0.3
_ENOUGH_WORDS = 2.5
_ENOUGH_FOR_ANY = 0.75
# A passage with less says something else, whatever numbers it has.
_NOTHING = 0.28
# Where names have no capital letters nearly all words must be there, so that another name is seen.
_ENOUGH_WITHOUT_CAPITALS = 0.85
# This many rows that are equally close are compared.
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much of a statement is supported, and the reason; `sentences` are those that it rests on."""

    support: float
    reason: SupportReason
    sentences: tuple[ReadSentence, ...] = ()

    @property
    def verified(self) -> bool:
        return self.reason in ("quoted", "paraphrased")


def check_support(statement: str, passage: str, *, context: str = "") -> Judgement:
    """Return whether a passage supports a statement; `context` (headings, the file's title) may hold its names, too."""
    language = guess_language(passage)
    said = read(statement, language)
    sentences = read_passage(passage, language)
    terms = _terms_of(said)
    if not sentences or not (terms or any(sentence.quantities for sentence in said)):
        return Judgement(0.0, "not_found")

    window = _best_window(said, sentences, terms)
    above = read(context, language)
    judgements = []
    closest = _closest_sentences(said, window)
    for row in _closest_rows(said, closest) or [None]:
        same, near = _beside(row, sentences), _beside(row, window)
        found = closest if row is None else _closest_sentences(said, near)
        judgement = _judge(said, found, near, [*same, *above], above, language=language)
        if judgement.verified and row and is_of_other_cells(said, row, sentences, same, language=language):
            judgement = replace(judgement, reason="not_found", support=judgement.support / 2)
        judgements.append(judgement)
    return max(judgements, key=lambda judgement: (judgement.verified, judgement.support))


def _closest_rows(said: Sequence[ReadSentence], closest: Sequence[ReadSentence]) -> list[ReadSentence | None]:
    """Return the row of a table that is closest to the statement, also by its frequent words and numbers, if a row is.

    There are several if they are equally close. What two rows say is not taken together.
    """
    if not _is_data(closest[0]):
        return []
    words = {word.token.folded for sentence in said for word in sentence.words}
    shared = {
        row.start: len(words & {word.token.folded for word in row.words}) for row in closest if _is_data(row)
    }
    rows = [row for row in closest if shared.get(row.start) == max(shared.values())]
    return [*rows[:_MOST_ROWS]]


def _beside(row: ReadSentence | None, sentences: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the sentences without the other rows of tables; all if there is no row."""
    return [other for other in sentences if row is None or other is row or not _is_data(other)]


def _is_data(sentence: ReadSentence) -> bool:
    return sentence.is_row and not sentence.is_header


def _judge(
    said: Sequence[ReadSentence],
    closest: Sequence[ReadSentence],
    window: Sequence[ReadSentence],
    everywhere: Sequence[ReadSentence],
    above: Sequence[ReadSentence],
    *,
    language: str,
) -> Judgement:
    terms = _terms_of(said)
    lacking = _lacking_terms(said, [*window, *above])
    share = 1 - sum(lacking.values())
    if share < _NOTHING:
        reason: SupportReason = "not_found"
    elif _number_differs(said, window, above) or _rate_differs(said, closest, window):
        reason = "number_differs"
    elif name_missing(said, everywhere, lacking=lacking, language=language):
        reason = "name_not_found"
    elif _negation_differs(said, closest, window) or force_differs(said, closest):
        reason = "negation_differs"
    elif _comparison_missing(said, window) or (
        not closest[0].tells_fact and is_told_as_fact(said, closest[0], window, language=language)
    ):
        reason = "not_found"
    elif misplaced := misplaced_reason(said, everywhere, language=language):
        reason = misplaced
    elif is_related_otherwise(said, everywhere, language=language):
        reason = "not_found"
    else:
        reason = (
            "paraphrased"
            if share >= _enough(said, len(terms) + sum(len(sentence.quantities) for sentence in said))
            else "not_found"
        )
    return Judgement(round(share if reason == "paraphrased" else share / 2, 2), reason, tuple(window))


def _enough(said: Sequence[ReadSentence], terms: int) -> float:
    """Return the share of a statement's terms that must be there."""
    enough = min(_ENOUGH_FOR_ANY, _ENOUGH + _ENOUGH_WORDS / max(1, terms))
    has_capitals = any(
        letter.islower() for sentence in said for word in sentence.words for letter in word.token.text
    )
    return enough if has_capitals else max(enough, _ENOUGH_WITHOUT_CAPITALS)


def _contradicts(said: frozenset[Side], found: frozenset[Side]) -> bool:
    """Whether what is said stands on a side of which only the other is found."""
    matters = {matter for matter, _ in found} - {matter for matter, _ in said & found}
    return any(matter in matters for matter, _ in said)
