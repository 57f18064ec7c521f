"""What must be, may be, or is only planned. Pure.

Who may sign need not, and what a firm plans to do is not done. A word such as "must" counts for the words behind it.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from app.answering.support.polarity import word_set
from app.answering.support.reading import ReadSentence, Word

_MUST = word_set(
    "must shall muss müssen müsste doit doivent debe deben deberá devono musi muszą należy должен должна должны необходимо "
    "обязан обязаны يجب moet moeten"
)
_MAY = word_set(
    "may can could might kann können könnte darf dürfen peut peuvent puede pueden podrá può possono pode podem może mogą "
    "można может могут можно يمكن kan kunnen"
)
_HAVE = word_set("have has had")
# Their verb stands at the end of the clause.
_VERB_LAST = word_set(
    "muss müssen müsste kann können könnte darf dürfen moet moeten kan kunnen voraussichtlich planen "
    "beabsichtigt erwartet erwarten"
)
_REACH = 3
_REACH_OF_VERB_LAST = 9
# With "to" they speak of what may come; the others do so alone.
_PLANS_TO = word_set(
    "plan plans planned planning intend intends intended scheduled "
    "expect expects expected likely proposed proposes forecast predicted"
)
_PLANS = word_set(
    "voraussichtlich planen beabsichtigt erwartet erwarten prévoit prévoient envisage envisagent "
    "planea planean prevé prevén prevede prevedono intende intendono planuje planują zamierza zamierzają планирует планируют "
    "намерен намерена намерены ожидается تعتزم يعتزم تخطط يخطط"
)
_PLANS_UNSPACED = ("计划", "预计", "打算", "予定", "見込み")
# A statement with one of these speaks of no fact either.
_NO_FACTS = (
    _PLANS_TO
    | _PLANS
    | _MAY
    | word_set(
        "would shall should going soon future plans wird werden geplant will wollen soll sollen sollte aim aims hope hopes want wants va vont prévu prévue previsto prevista "
        "będzie będą будет будут سوف"
    )
)
_NO_FACTS_UNSPACED = (*_PLANS_UNSPACED, "将", "會", "会")
_LONGEST_OBJECT = 6


def force_differs(said: Sequence[ReadSentence], sentences: Sequence[ReadSentence]) -> bool:
    """Whether a statement says "must" of what the passage only has "may" for, or the other way round."""
    for is_must, heads in (force for sentence in said for force in _forces(sentence)):
        found = {
            other
            for sentence in sentences
            for other, stems in _forces(sentence)
            if not heads.isdisjoint(stems)
        }
        if found == {not is_must}:
            return True
    return False


def _forces(sentence: ReadSentence) -> Iterator[tuple[bool, frozenset[str]]]:
    """Yield each "must" (True) and "may" (False) of a sentence with the telling words behind it; "must not" is neither."""
    words = sentence.words
    for place, word in enumerate(words):
        name = word.token.folded
        is_must = name in _MUST or (name in _HAVE and _is_to(words, place + 1))
        is_may = name in _MAY and (word.token.text != "May" or place == 0)
        if is_must is is_may or any(other.negates for other in words[max(0, place - 2) : place + _REACH]):
            continue
        yield is_must, _behind(words, place)


def is_only_planned(
    said: Sequence[ReadSentence], closest: ReadSentence, window: Sequence[ReadSentence]
) -> bool:
    """Whether a statement says as a fact what the passage has as a plan or an expectation, and nowhere else."""
    planned = frozenset(_planned(closest))
    if not planned:
        return any(map(_is_plan_in_run, _runs([closest]))) and not any(map(_is_no_fact_in_run, _runs(said)))
    words = [word for sentence in said for word in sentence.words]
    if not _NO_FACTS.isdisjoint(word.token.folded for word in words):
        return False
    heads = planned.intersection(word.stem for word in words)
    others = [sentence for sentence in window if sentence is not closest]
    return any(not any(head in other.terms for other in others) for head in heads)


def _planned(sentence: ReadSentence) -> Iterator[str]:
    """Yield the stems of what a sentence only plans or expects."""
    words = sentence.words
    for place, word in enumerate(words):
        if word.token.folded in _PLANS:
            yield from _behind(words, place)
        elif word.token.folded in _PLANS_TO:
            verbs = (
                words[near + 1].stem
                for near in range(place + 1, min(place + _LONGEST_OBJECT, len(words) - 1))
                if _is_to(words, near)
            )
            yield from islice(verbs, 1)


def _behind(words: Sequence[Word], place: int) -> frozenset[str]:
    reach = _REACH_OF_VERB_LAST if words[place].token.folded in _VERB_LAST else _REACH
    return frozenset(word.stem for word in words[place + 1 : place + 1 + reach] if word.weight)


def _is_to(words: Sequence[Word], place: int) -> bool:
    return place < len(words) and words[place].token.folded == "to"


def _runs(sentences: Sequence[ReadSentence]) -> Iterator[str]:
    return (word.token.text for sentence in sentences for word in sentence.words if word.token.kind == "run")


def _is_plan_in_run(run: str) -> bool:
    return any(mark in run for mark in _PLANS_UNSPACED)


def _is_no_fact_in_run(run: str) -> bool:
    return any(mark in run for mark in _NO_FACTS_UNSPACED)
