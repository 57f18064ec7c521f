"""Whether a statement tells as a fact what its passage has as hearsay, as still to come, or as over. Pure."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice

from app.answering.support.agreement import is_only_planned
from app.answering.support.certainty import (
    COMING,
    COMING_TO,
    DOUBTERS,
    FORMERLY,
    HEARSAY,
    NO_FACTS,
    REPORTED,
    SOURCES_OF,
    THAT,
    VERB_LAST_COMING,
)
from app.answering.support.polarity import word_set
from app.answering.support.reading import ReadSentence
from app.answering.support.roles import BE, ONCE, SPEECH
from app.answering.support.turns import Word
from app.answering.support.verbs import is_in_past, verbs_of

_REACH_OF_FORMERLY = 4
_REACH_OF_SOURCE = 3
_KEPT = 2_000
# "Schlug der Rat der Stadt vor".
_REACH_OF_PREFIX = 6
# What is to come may be told as a fact.
_NOT_AS_FACT = REPORTED | SPEECH | (NO_FACTS - COMING)
_AUXILIARIES = word_set("werden worden sein haben")


def is_told_as_fact(
    said: Sequence[ReadSentence], closest: ReadSentence, window: Sequence[ReadSentence], *, language: str
) -> bool:
    """Whether the statement has as a fact what the closest sentence claims, foresees or has as over, and no sentence as a fact."""
    own = [word for sentence in said for word in sentence.words]
    return (
        is_only_planned(said, closest, window)
        or _is_hearsay_of(own, closest, window)
        or _is_yet_to_come(own, closest, window, language=language)
        or _is_over(own, closest, window, language=language)
    )


def _is_hearsay_of(own: Sequence[Word], closest: ReadSentence, window: Sequence[ReadSentence]) -> bool:
    """Whether half of a statement's words are only in what somebody claims, and the statement does not say so.

    "Erhöhte" has another ending than "erhöhen".
    """
    told = _told(closest)
    if not told or any(word.token.folded in _NOT_AS_FACT and word.token.text != "May" for word in own):
        return False
    stems = {word.stem for word in own if word.weight}
    said = {stem for stem in stems if any(stem.startswith(other) or other.startswith(stem) for other in told)}
    only = said - _elsewhere(closest, window)
    return 2 * len(only) >= len(stems) > 0


@lru_cache(maxsize=_KEPT)
def _told(sentence: ReadSentence) -> frozenset[str]:
    """Return the stems of what a sentence only claims or proposes: all behind the word that says so."""
    words = sentence.words
    for place in range(len(words)):
        if _is_source_doubtful(words, place):
            return frozenset(other.stem for other in words if other.weight)
        if _begins_claim(words, place):
            return frozenset(other.stem for other in words[place + 1 :] if other.weight)
    return frozenset()


def _begins_claim(words: Sequence[Word], place: int) -> bool:
    name = words[place].token.folded
    if name not in HEARSAY:
        return False
    reach = 2 if HEARSAY[name] is THAT else _REACH_OF_PREFIX
    following = {words[near].token.folded for near in islice(_clause(words, place), 1, reach)}
    return not HEARSAY[name] or not following.isdisjoint(HEARSAY[name])


def _is_source_doubtful(words: Sequence[Word], place: int) -> bool:
    """Whether "according to critics" begins here."""
    near = words[place + 1 : place + 1 + _REACH_OF_SOURCE]
    return words[place].token.folded in SOURCES_OF and any(word.token.folded in DOUBTERS for word in near)


def _elsewhere(closest: ReadSentence, window: Sequence[ReadSentence]) -> set[str]:
    return {term for other in window if other is not closest for term in other.terms}


def _is_yet_to_come(
    own: Sequence[Word], closest: ReadSentence, window: Sequence[ReadSentence], *, language: str
) -> bool:
    """Whether a statement has a verb in the past that the passage only has in the future."""
    places = frozenset(_coming(closest))
    if not places or any(word.token.folded in COMING for word in own):
        return False
    coming = {closest.words[place].stem for place in places}
    free = _elsewhere(closest, window) | _at_other_places(closest, places)
    return any(
        is_in_past(own, place, language) and not (verbs_of([word]) & coming).isdisjoint(coming - free)
        for place, word in enumerate(own)
    )


def _coming(sentence: ReadSentence) -> Iterator[int]:
    """Yield the places of the verbs that are in the future."""
    words = sentence.words
    for place, word in enumerate(words):
        name = word.token.folded
        following = words[place + 1].token.folded if place + 1 < len(words) else ""
        if not (name in COMING or (name in COMING_TO and following == "to")):
            continue
        behind = [near for near in _clause(words, place + 1) if _may_be_verb(words[near])]
        yield from behind[-1:] if name in VERB_LAST_COMING else behind[:1]


def _may_be_verb(word: Word) -> bool:
    return word.weight > 0 and word.token.folded not in _AUXILIARIES


def _is_over(
    own: Sequence[Word], closest: ReadSentence, window: Sequence[ReadSentence], *, language: str
) -> bool:
    """Whether a statement has in the present what the passage says was formerly so."""
    places = frozenset(_formerly(closest))
    if not places or any(
        word.token.folded in ONCE or is_in_past(own, place, language) for place, word in enumerate(own)
    ):
        return False
    former = {closest.words[place].stem for place in places}
    free = _elsewhere(closest, window) | _at_other_places(closest, places)
    return not former.isdisjoint({word.stem for word in own if word.weight} - free)


def _formerly(sentence: ReadSentence) -> Iterator[int]:
    """Yield the places of the telling words that a word such as "formerly" is about."""
    words = sentence.words
    for place, word in enumerate(words):
        name = word.token.folded
        before = words[place - 1].token.folded if place else ""
        following = words[place + 1].token.folded if place + 1 < len(words) else ""
        if (
            name in FORMERLY
            or (name == "once" and before in BE)
            or (name == "used" and following == "to" and before not in BE)
        ):
            clause = list(_clause(words, place + 1))[:_REACH_OF_FORMERLY]
            yield from (near for near in clause if words[near].weight)


def _clause(words: Sequence[Word], start: int) -> Iterator[int]:
    """Yield the places from here to the next punctuation, which may stand right in front."""
    for place in range(start, len(words)):
        if place > start and words[place].token.start - words[place - 1].token.end > 1:
            return
        yield place


def _at_other_places(sentence: ReadSentence, places: AbstractSet[int]) -> set[str]:
    return {word.stem for place, word in enumerate(sentence.words) if place not in places}
