"""What must agree besides words and numbers: names, who must and who may, and plans. Pure.

A capital letter shows a name, but it also begins a sentence, a noun in German and the words of a title. A word that has
one for such a reason is taken for a name only where the passage lacks next to nothing else, and has another in its place.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Literal

from app.answering.support.certainty import (
    ANYWAY,
    CLAIMS,
    CONDITION_PHRASES,
    CONDITIONS,
    CONDITIONS_UNSPACED,
    HAVE,
    INVERSIONS,
    MAY,
    MUST,
    NEARLY,
    NO_FACTS,
    NO_FACTS_UNSPACED,
    PERHAPS,
    PLANS,
    PLANS_TO,
    PLANS_UNSPACED,
    READY_TO,
    SHOULD,
    THAT,
    UNTRUE,
    VERB_LAST,
)
from app.answering.support.number_words import ROMAN
from app.answering.support.opposites import HOW_MANY
from app.answering.support.polarity import word_set
from app.answering.support.reading import ReadSentence, terms_of
from app.answering.support.turns import Word
from app.answering.support.verbs import verbs_of
from app.core.folding import folded
from app.core.rarity import rarity
from app.core.stop_words import stop_words

# More frequent words ("Start", "South", "States") are capital in titles as well.
_RARE = 0.55
# A frequent word is part of a title when another capital letter is at most this many words away.
_TITLE = 1
# A passage that lacks more of a statement's other words, of all, says it in words of its own.
_NEXT_TO_NOTHING = 0.1
# Many sentences begin with one of these, and no name does.
CONNECTING = word_set(
    "additionally furthermore moreover however therefore consequently meanwhile similarly finally overall thus hence "
    "according instead nevertheless although because during while since unlike another whether "
    "außerdem zudem ferner jedoch daher deshalb dennoch schließlich zusätzlich "
    "cependant toutefois ainsi enfin donc pourtant además asimismo finalmente inoltre tuttavia infine portanto contudo"
)
_NOUNS_ARE_CAPITAL = frozenset(["deu", "ltz"])
_LONGEST_ACRONYM = 6
# A passage is cited by many answers: what is found in its sentences is kept.
_KEPT = 2_000
_SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class _Name:
    """A word with a capital letter, the words around it, and whether it can be but a name.

    `following` is the word right behind it if that has a capital letter, too.
    """

    word: Word
    before: str
    behind: str
    following: Word | None
    is_sure: bool


def name_missing(
    said: Sequence[ReadSentence],
    sentences: Sequence[ReadSentence],
    *,
    lacking: Mapping[str, float],
    language: str,
) -> bool:
    """Whether a name is not in the passage; `lacking` are the other terms that it has not, as shares of all."""
    if names_mixed(said, sentences):
        return True
    names = [name for sentence in said for name in _names(sentence, language)]
    if not names:
        return False
    stored = {word.stem for sentence in sentences for word in sentence.words}
    missing = [name for name in names if name.word.stem not in stored]
    if not missing:
        return False
    words = [word for sentence in sentences for word in sentence.words]
    spelled = [folded(word.token.folded) for word in words]
    # "The cardiothoracic ratio (CTR)" says itself what the letters stand for.
    initials = "".join(word[0] for word in spelled) + " " + _initials(said)
    missing = [
        name for name in missing if not (_is_there(name.word, spelled, initials) or _is_left_out(name, words))
    ]
    if any(name.is_sure for name in missing):
        return True
    others = sum(lacking.values()) - sum(
        lacking.get(stem, 0) for stem in {name.word.stem for name in missing}
    )
    return others < _NEXT_TO_NOTHING and any(_is_replaced(name, words) for name in missing)


def _is_replaced(name: _Name, words: Sequence[Word]) -> bool:
    """Whether the passage has another word with a capital letter beside the same word."""
    return any(
        (one.stem == name.before and other.token.is_capital)
        or (other.stem == name.behind and one.token.is_capital)
        for one, other in pairwise(words)
        if one.stem != other.stem
    )


@lru_cache(maxsize=_KEPT)
def _names(sentence: ReadSentence, language: str) -> list[_Name]:
    words = [word for word in sentence.words if word.token.kind == "word"]
    # Sentences begin with "every" and "most" as well.
    opening = CONNECTING | HOW_MANY | stop_words(language)
    names = []
    for place, word in enumerate(words):
        if not (word.token.is_capital and word.weight) or (place == 0 and word.token.folded in opening):
            continue
        near = words[max(0, place - _TITLE) : place] + words[place + 1 : place + 1 + _TITLE]
        is_rare = rarity(word.token.folded) > _RARE
        if not (is_rare or is_acronym(word)) and any(other.token.is_capital for other in near):
            continue
        following = next((other for other in words[place + 1 : place + 2] if _is_next(word, other)), None)
        is_sure = is_acronym(word) or (
            (place > 0 or following is not None) and language not in _NOUNS_ARE_CAPITAL
        )
        before, behind = (
            next((other.stem for other in beside), "")
            for beside in (words[place - 1 : place], words[place + 1 : place + 2])
        )
        names.append(_Name(word, before, behind, following, is_sure))
    return names


def _is_next(word: Word, other: Word) -> bool:
    return other.token.is_capital and other.weight > 0 and other.token.start == word.token.end + 1


def is_acronym(word: Word) -> bool:
    """Whether a word is written in capital letters alone."""
    if word.token.text in ROMAN:
        return False
    return word.token.text.removesuffix("s").isupper() and 1 < len(word.token.text) <= _LONGEST_ACRONYM


def _is_left_out(name: _Name, words: Sequence[Word]) -> bool:
    """Whether a first name is left out: the passage has the name behind it, and nothing in front."""
    if name.following is None or rarity(name.following.token.folded) <= _RARE:
        return False
    places = [place for place, word in enumerate(words) if word.stem == name.following.stem]
    return bool(places) and not any(
        place and words[place - 1].token.is_capital and _is_next(words[place - 1], words[place])
        for place in places
    )


def _initials(said: Sequence[ReadSentence]) -> str:
    return "".join(folded(word.token.folded)[0] for sentence in said for word in sentence.words)


def _is_there(word: Word, spelled: Sequence[str], initials: str) -> bool:
    """Whether a name is found in another form: "France" in "French", "WHO" in its words' first letters."""
    own = folded(word.token.folded)
    if is_acronym(word):
        return own.removesuffix("s") in initials
    if len(own) < _SHORTEST_BEGINNING:
        return False
    beginning = own[: max(_SHORTEST_BEGINNING, len(own) - 3)]
    return any(other.startswith(beginning) for other in spelled)


# "Obama, Barack" and "Barack Hussein Obama" are Barack Obama.
_MOST_BETWEEN_NAMES = 2
# "School" and "Senior" are part of many names, and left out of many.
_TELLING_IN_NAME = 0.3


def names_mixed(said: Sequence[ReadSentence], sentences: Sequence[ReadSentence]) -> bool:
    """Whether two words of a name are in the passage, and there only as parts of other names: "Anna Berg" of "Anna Lund and Kim Berg"."""
    pairs = [pair for sentence in said for pair in _pairs(sentence)]
    if not pairs:
        return False
    words = [word for sentence in sentences for word in sentence.words]
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        places[word.stem].append(place)
    for first, second in pairs:
        firsts, seconds = places.get(first, []), places.get(second, [])
        are_near = any(abs(one - other) <= _MOST_BETWEEN_NAMES + 1 for one in firsts for other in seconds)
        if (
            firsts
            and seconds
            and not are_near
            and any(_is_in_name(words, place) for place in (*firsts, *seconds))
        ):
            return True
    return False


@lru_cache(maxsize=_KEPT)
def _pairs(sentence: ReadSentence) -> list[tuple[str, str]]:
    """Return the stems of each two words that follow each other in a name."""
    pairs = []
    for one, other in pairwise(sentence.words):
        is_name = one.token.is_capital and _is_next(one, other) and not one.token.folded.endswith("'s")
        are_telling = min(one.weight, other.weight) > _TELLING_IN_NAME
        if is_name and are_telling and one.stem != other.stem:
            pairs.append((one.stem, other.stem))
    return pairs


def _is_in_name(words: Sequence[Word], place: int) -> bool:
    beside = (*words[max(0, place - 1) : place], *words[place + 1 : place + 2])
    return any(word.token.is_capital for word in beside)


# "If necessary" is said of much that is so anyway.
_SHORTEST_PART = 2
_LONGEST_CONDITION = 4
_CONDITION_PHRASES = {
    language: [phrase.split() for phrase in phrases] for language, phrases in CONDITION_PHRASES.items()
}
_REACH_OF_FORCE = 3
_REACH_OF_VERB_LAST = 9
_LONGEST_OBJECT = 6


def force_differs(said: Sequence[ReadSentence], sentences: Sequence[ReadSentence]) -> bool:
    """Whether a statement says "must" of what the passage only has "may" or "should" for, or "may" where it has "must"."""
    for force, heads in (force for sentence in said for force in _forces(sentence)):
        found = {
            other
            for sentence in sentences
            for other, stems in _forces(sentence)
            if not heads.isdisjoint(stems)
        }
        if found and found <= _LACKING[force]:
            return True
    return False


_Force = Literal["must", "should", "may"]
# What must be done should be done, and what should be done may be done.
_LACKING: dict[_Force, set[_Force]] = {"must": {"should", "may"}, "should": {"may"}, "may": {"must"}}


@lru_cache(maxsize=_KEPT)
def _forces(sentence: ReadSentence) -> list[tuple[_Force, frozenset[str]]]:
    """Return each word of force of a sentence with the telling words behind it; "must not" is none."""
    forces: list[tuple[_Force, frozenset[str]]] = []
    words = sentence.words
    for place, word in enumerate(words):
        name = word.token.folded
        is_must = name in MUST or (name in HAVE and _is_to(words, place + 1))
        is_may = name in MAY and (word.token.text != "May" or place == 0)
        is_should = name in SHOULD
        if is_must + is_may + is_should != 1 or any(
            other.negates for other in words[max(0, place - 2) : place + _REACH_OF_FORCE]
        ):
            continue
        forces.append(("must" if is_must else "may" if is_may else "should", _behind(words, place)))
    return forces


def is_only_planned(
    said: Sequence[ReadSentence], closest: ReadSentence, window: Sequence[ReadSentence]
) -> bool:
    """Whether a statement says as a fact what the passage has as a plan or an expectation, and nowhere else."""
    planned = frozenset(_planned(closest))
    if not planned:
        return any(map(_is_plan_in_run, _runs([closest]))) and not any(map(_is_no_fact_in_run, _runs(said)))
    words = [word for sentence in said for word in sentence.words]
    # "In May" is a fact.
    if any(word.token.folded in NO_FACTS and word.token.text != "May" for word in words):
        return False
    # "Set up to celebrate" is a plan, too.
    heads = planned & verbs_of([word for place, word in enumerate(words) if not _is_to(words, place - 1)])
    others = [sentence for sentence in window if sentence is not closest]
    return any(not any(head in other.terms for other in others) for head in heads)


def _planned(sentence: ReadSentence) -> Iterator[str]:
    """Yield the stems of what a sentence only plans or expects."""
    words = sentence.words
    for place, word in enumerate(words):
        if word.token.folded in PLANS or _is_claim(words, place):
            yield from _behind(words, place)
        elif word.token.folded in NEARLY or (word.token.folded in PERHAPS and word.token.text != "May"):
            yield from (other.stem for other in words[place + 1 : place + 2] if other.weight)
        elif word.token.folded in PLANS_TO or (word.token.folded in READY_TO and _is_to(words, place + 1)):
            verbs = (
                words[near + 1].stem
                for near in range(place + 1, min(place + _LONGEST_OBJECT, len(words) - 1))
                if _is_to(words, near)
            )
            yield from islice(verbs, 1)


def _is_claim(words: Sequence[Word], place: int) -> bool:
    """Whether what stands behind a word is no fact: claimed, "false that", "would have"."""
    name = words[place].token.folded
    following = words[place + 1].token.folded if place + 1 < len(words) else ""
    # "Would have to" is a duty.
    is_unreal = name == "would" and following == "have" and not _is_to(words, place + 2)
    return name in CLAIMS or is_unreal or (name in UNTRUE and following in THAT)


def _behind(words: Sequence[Word], place: int) -> frozenset[str]:
    reach = _REACH_OF_VERB_LAST if words[place].token.folded in VERB_LAST else _REACH_OF_FORCE
    return frozenset(word.stem for word in words[place + 1 : place + 1 + reach] if word.weight)


def _is_to(words: Sequence[Word], place: int) -> bool:
    return 0 <= place < len(words) and words[place].token.folded == "to"


def _runs(sentences: Sequence[ReadSentence]) -> Iterator[str]:
    return (word.token.text for sentence in sentences for word in sentence.words if word.token.kind == "run")


def _is_plan_in_run(run: str) -> bool:
    return any(mark in run for mark in PLANS_UNSPACED)


def _is_no_fact_in_run(run: str) -> bool:
    return any(mark in run for mark in NO_FACTS_UNSPACED)


def is_only_conditional(
    said: Sequence[ReadSentence], sentences: Sequence[ReadSentence], *, language: str
) -> bool:
    """Whether a sentence of the statement is a condition of the passage, or what follows from one, without that condition."""
    for own in said:
        if not own.terms or any(_is_condition(own.words, place, language) for place in range(len(own.words))):
            continue
        holding = [sentence for sentence in sentences if own.terms.keys() <= sentence.terms.keys()]
        if holding and all(_has_under_condition(own, sentence, language) for sentence in holding):
            return True
    return False


def _has_under_condition(own: ReadSentence, sentence: ReadSentence, language: str) -> bool:
    """Whether all words of the statement are in one part of a conditional sentence, and not in the other."""
    for condition, rest in _conditions(sentence, language):
        inside, outside = terms_of(condition).keys(), terms_of(rest).keys()
        if min(len(inside), len(outside)) < _SHORTEST_PART:
            continue
        if own.terms.keys() <= inside and not own.terms.keys() <= outside:
            return True
        if own.terms.keys() <= outside and own.terms.keys().isdisjoint(inside):
            return True
    return False


def _conditions(sentence: ReadSentence, language: str) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Yield each condition of a sentence up to the next comma, and the rest of the sentence."""
    words = sentence.words
    for place in range(len(words)):
        if _is_condition(words, place, language):
            ends = (
                at for at, (one, other) in enumerate(pairwise(words)) if at >= place and are_apart(one, other)
            )
            end = next(ends, len(words) - 1) + 1
            yield words[place:end], (*words[:place], *words[end:])


def _is_condition(words: Sequence[Word], place: int, language: str) -> bool:
    token = words[place].token
    if token.kind == "run":
        return any(mark in token.text for mark in CONDITIONS_UNSPACED)
    if not place and token.folded in INVERSIONS.get(language, ()):
        # "Should the rain stop, ..." has a comma, "Were they late?" has none.
        return any(are_apart(one, other) for one, other in pairwise(words))
    following = [word.token.folded for word in words[place : place + _LONGEST_CONDITION]]
    if any(following[: len(phrase)] == phrase for phrase in _CONDITION_PHRASES.get(language, ())):
        return True
    before = words[place - 1].token.folded if place else ""
    return token.folded in CONDITIONS.get(language, ()) and before not in ANYWAY


def are_apart(one: Word, other: Word) -> bool:
    """Whether there is more than a space between two words; scripts without spaces have nothing there."""
    return other.token.start - one.token.end > (0 if other.token.kind == "run" else 1)
