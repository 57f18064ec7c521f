"""Whether a statement says more than its passage: of all for some, of the whole for a part, of what is so under a condition. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise, takewhile

from app.answering.support.agreement import are_apart
from app.answering.support.amounts import RATE, TWICE
from app.answering.support.certainty import RELATIVES
from app.answering.support.layout import Part, Place, Thing, groups_of
from app.answering.support.number_words import MONTHS
from app.answering.support.opposites import HOW_MANY
from app.answering.support.places import are_rivals, holds, keys_of
from app.answering.support.reading import ReadSentence, terms_of
from app.answering.support.roles import (
    ALL,
    AMONG,
    BY_AND_TO,
    EITHER,
    HEADS,
    LIMITING,
    NOT_ALL,
    NOT_UN,
    OF,
    ONLY,
    OPEN,
    OR,
    ORDINAL,
    PARTS,
    SOME,
    SUPERLATIVES,
    WEEKDAYS,
)
from app.answering.support.tokens import YEAR
from app.answering.support.turns import REACH_BACK, Word
from app.answering.support.verbs import is_in_past
from app.core.text import KEPT_WORDS

_LONGEST_OF = 4
# Words that may stand in front of the deed, and words of the deed that a statement must share.
_LONGEST_SUBJECT = 2
_SAME_DEED = 2
_SHORTEST_OPPOSITE = 4
# Longer sentences pair things that have nothing to do with each other.
_MOST_WORDS = 40
_BY_OR_TO = [(link,) for link, _ in BY_AND_TO]
_UN = ("un", "non")


def says_more(own: Place, part: Place) -> bool:
    """Whether a statement leaves out a word of the passage, and so says more than it."""
    return any(leaves_out(own, part) for leaves_out in _LEAVES_OUT)


def is_of_others(own: Place, prose: Sequence[ReadSentence]) -> bool:
    """Whether a statement says of somebody else what only some are or do: "only managers may sign"."""
    if own.denies or not own.names.isdisjoint(ONLY):
        return False
    keys = keys_of(own.words)
    for sentence in prose:
        for place, word in enumerate(sentence.words):
            if word.token.folded not in ONLY or (place and not _opens(sentence.words[place - 1], word)):
                continue
            some, *rest = [other.stem for other in sentence.words[place + 1 :] if other.weight] or [""]
            shared = [keys.index(stem) for stem in rest if stem in keys]
            if len(shared) >= _SAME_DEED and some not in own.telling and 0 < min(shared) <= _LONGEST_SUBJECT:
                return True
    return False


def _opens(before: Word, word: Word) -> bool:
    """Whether a word stands behind punctuation."""
    return word.token.start - before.token.end > 1


def _is_of_part(own: Place, part: Place) -> bool:
    """Whether a statement says of a whole number what the passage says of a part of it: "half of the 200 were" so."""
    if part.names.isdisjoint(OF):
        return False
    ours = {word.key for at, word in enumerate(own.words) if word.is_number and not _is_whole(own.words, at)}
    for at, word in enumerate(part.words):
        if word.is_number and word.key in ours and _is_whole(part.words, at):
            behind = [other.key for other in part.words[at + 1 :] if other.tells][1:]
            if not own.telling.isdisjoint(behind):
                return True
    return False


def _is_of_some(own: Place, part: Place) -> bool:
    """Whether a statement says of things, without a number, what the passage says of some of them: "half of the members voted"."""
    if not own.names.isdisjoint(NOT_ALL) or any(word.is_number for word in own.words):
        return False
    return any(
        whole.key in own.telling and whole.name not in MONTHS and _is_behind_some(part.words, at)
        for at, whole in enumerate(part.words)
    )


def _is_behind_some(words: Part, at: int) -> bool:
    """Whether a part of a thing stands in front of it, with an "of" or an article in between: "half the members"."""
    if at > 1 and words[at - 1].is_number:
        # "30 of the 200 patients".
        at -= 1
    if at > 1 and words[at - 1].name in OF:
        return _is_some(words, at - 2) or _counts(words, at - 2)
    return at > 0 and words[at].start - words[at - 1].end > 1 and _is_some(words, at - 1)


def _is_some(words: Part, at: int) -> bool:
    """Whether a word is a part of something; "the second half" is another thing."""
    return words[at].name in SOME and not (at and words[at - 1].name in ORDINAL)


def _counts(words: Part, at: int) -> bool:
    """Whether a number counts some of several: not in "section 2 of the act" and "one of the founders"."""
    is_named = at > 0 and words[at - 1].tells and words[at].start == words[at - 1].end + 1
    return words[at].is_number and words[at].key != "1" and not is_named


def _is_whole(words: Part, at: int) -> bool:
    """Whether a number is what a part is of: "30 of the 200", "most of his 200"."""
    before = words[max(0, at - _LONGEST_OF) : at]
    ofs = [near for near, word in enumerate(before) if word.name in OF]
    if not (ofs and ofs[-1]):
        return False
    part = before[ofs[-1] - 1]
    return part.is_number or part.name in PARTS


def is_one_of_two(own: Place, part: Place) -> bool:
    """Whether a statement has as a fact of one, or of both, what the passage has as a fact of one or the other."""
    if part.names.isdisjoint(OR) or part.denies or not part.names.isdisjoint(OPEN):
        return False
    words = part.words
    for at in range(1, len(words) - 1):
        if words[at].name not in OR or not own.names.isdisjoint(OR):
            continue
        one, other = words[at - 1], words[at + 1]
        is_either = any(word.name in EITHER for word in words[max(0, at - _LONGEST_OF) : at])
        # "An HbA1c or A1C test" has two names for one thing.
        are_subject = at == 1 and one.is_name and other.is_name
        if (is_either or are_subject) and not own.telling.isdisjoint((one.key, other.key)):
            return len(own.telling & part.telling) > 1
    return False


def _is_one_among(own: Place, part: Place) -> bool:
    """Whether "the largest" is said of one of the largest, or of the second largest."""
    for at, word in enumerate(part.words):
        if not _is_superlative(word.name) or word.key not in own.telling:
            continue
        limits = {other.name for other in part.words[max(0, at - _LONGEST_OF) : at]} & (AMONG | ORDINAL)
        if limits and own.names.isdisjoint(limits | AMONG):
            return True
    return False


def _is_superlative(name: str) -> bool:
    return name in SUPERLATIVES or (name.endswith("est") and len(name) > _SHORTEST_OPPOSITE)


def _is_of_relative(own: Place, part: Place) -> bool:
    """Whether something is said of somebody that the passage says of somebody's son, rival or customer."""
    if part.telling.isdisjoint(HEADS):
        return False
    for one, other in part.pairs:
        if one.key in HEADS and one.key not in own.telling:
            is_whose = other.between[:1] and other.between[0] in OF
            if is_whose and own.things and own.things[0].key == other.key:
                return True
        if one.is_owner and other.key.split()[0] in HEADS and one.key in {thing.key for thing in own.things}:
            return own.telling.isdisjoint(other.key.split())
    return False


def _is_on_each_day(own: Place, part: Place) -> bool:
    """Whether "on Sundays" is said of the first Sunday."""
    return any(
        before.name in ORDINAL
        and day.name.removesuffix("s") in WEEKDAYS
        and day.key in own.telling
        and before.name not in own.names
        for before, day in pairwise(part.words)
    )


def _is_less_often(own: Place, part: Place) -> bool:
    """Whether "a day" is said of twice a day."""
    if part.names.isdisjoint(TWICE):
        return False
    rates = {word.key if word.key.startswith(RATE) else f"{RATE}{word.key}" for word in own.words}
    counted = {
        other.key for one, other in pairwise(part.words) if one.name in TWICE and other.key.startswith(RATE)
    }
    return not rates.isdisjoint(counted) and own.names.isdisjoint(TWICE)


def is_paired_otherwise(own: Place, part: Place) -> bool:
    """Whether a statement joins what the passage has in two pairs: "5 dollars for A and 7 for B", or by for to."""
    numbers = [thing for thing in own.things if thing.kind == "number" and thing.between[-1:] in _BY_OR_TO]
    if any(_is_other_change(thing, part) for thing in numbers):
        return True
    if len(part.words) > _MOST_WORDS or not any(
        thing.kind != "word" and thing.key.split()[0] in part.telling for thing in own.things
    ):
        return False
    said = {thing.key for thing in own.things}
    pairs = [pair for pair in part.pairs if pair[1].between and {pair[0].kind, pair[1].kind} != {"word"}]
    for at, (first, second) in enumerate(pairs):
        for third, fourth in pairs[at + 1 :]:
            if second.between != fourth.between or (first.kind, second.kind) != (third.kind, fourth.kind):
                continue
            crossed = ({first.key, fourth.key}, {third.key, second.key})
            if any(here <= said and said.isdisjoint(there) for here, there in (crossed, crossed[::-1])):
                return True
    return False


def is_unlike(own: Place, part: Place) -> bool:
    """Whether a statement has "used" where the passage has "unused", or the other way round. "Not used" is unused."""
    for word in own.words:
        opposites = _opposites(word.name) if word.name not in part.names else frozenset[str]()
        if part.names.isdisjoint(opposites) or not own.names.isdisjoint(opposites):
            continue
        if not (_is_denied(own, frozenset([word.name])) or _is_denied(part, opposites)):
            return True
    return False


def _is_denied(place: Place, names: frozenset[str]) -> bool:
    """Whether a negation stands right in front of one of these words."""
    return any(
        word.name in names and any(before.negates for before in place.words[max(0, at - REACH_BACK) : at])
        for at, word in enumerate(place.words)
    )


def is_compared_otherwise(own: Place, part: Place) -> bool:
    """Whether "taller than the tower" is said of what is shorter than the tower, and taller than another one."""
    words, things = ({each[side] for each in part.comparisons} for side in (0, 1))
    return any(
        each not in part.comparisons and each[0] in words and each[1] in things for each in own.comparisons
    )


@lru_cache(maxsize=KEPT_WORDS)
def _opposites(name: str) -> frozenset[str]:
    """Return a word with "un" or "non" in front, or without it."""
    if len(name) < _SHORTEST_OPPOSITE or name in NOT_UN:
        return frozenset()
    return frozenset(f"{un}{name}" for un in _UN) | {name[len(un) :] for un in _UN if name.startswith(un)}


def _is_other_change(number: Thing, part: Place) -> bool:
    """Whether something changes by a number to which it changes in the passage, or the other way round."""
    links = {thing.between[-1] for thing in part.things if thing.key == number.key and thing.between}
    return any(
        number.between[-1] == here and there in links and here not in links for here, there in BY_AND_TO
    )


def is_of_short_clause(own: Place, laid: Sequence[Sequence[Place]]) -> bool:
    """Whether a number is said of what has another one, in a clause that leaves out its verb: "employees get 28 days, trainees 20"."""
    about = [word.key for word in takewhile(lambda word: not word.is_number, own.words) if word.tells][
        :_LONGEST_SUBJECT
    ]
    said = {thing.key for thing in own.things}
    for number in own.things if about else ():
        # In which year something was is said of several things.
        if number.kind != "number" or YEAR.fullmatch(number.key):
            continue
        holding = [
            (clauses, at) for clauses in laid for at, clause in enumerate(clauses) if holds(clause, number)
        ]
        if holding and all(_has_another(about, number, clauses, at, said) for clauses, at in holding):
            return True
    return False


def _has_another(
    about: Sequence[str], number: Thing, clauses: Sequence[Place], at: int, said: AbstractSet[str]
) -> bool:
    """Whether what the statement is about stands not in the clause with its number, but in the next one, with a rival of it."""
    clause = clauses[at]
    subject = next((word for word in clause.words if word.tells), None)
    # "In 2021 6 million" is about what stands in front.
    is_of_its_own = subject is not None and not subject.is_number and subject.key not in said
    beside = [
        *(other for other in clauses[at + 1 : at + 2] if other.is_short),
        *(clauses[max(0, at - 1) : at] if is_of_its_own and clause.is_short else ()),
    ]
    missing = {key for key in about if key not in clause.telling}
    return any(
        not missing.isdisjoint(other.telling)
        and any(are_rivals(number, rival) and rival.key not in said for rival in other.things)
        for other in beside
    )


_LEAVES_OUT = (_is_of_part, _is_of_some, _is_one_among, _is_of_relative, _is_on_each_day, _is_less_often)


def is_of_all_for_some(
    said: Sequence[ReadSentence], sentences: Sequence[ReadSentence], *, language: str
) -> bool:
    """Whether a statement says of all what the passage says of those "who have worked two years".

    What once happened to some of them happened to them, so a statement in the past is none of these.
    """
    for own in said:
        words = own.words
        names = {word.token.folded for word in words}
        if not own.terms or not names.isdisjoint(NOT_ALL):
            continue
        terms = terms_of([word for word in words if word.token.folded not in HOW_MANY]).keys()
        holding = [sentence for sentence in sentences if terms <= sentence.terms.keys()]
        is_of_some = holding and all(_has_of_some(own, sentence, language) for sentence in holding)
        if is_of_some and not any(is_in_past(words, place, language) for place in range(len(words))):
            return True
    return False


def _has_of_some(own: ReadSentence, sentence: ReadSentence, language: str) -> bool:
    """Whether the statement goes on behind a relative clause of which it has nothing."""
    words = sentence.words
    said = {word.stem for word in own.words}
    for place in range(1, len(words) - 1):
        noun = words[place - 1]
        if words[place].token.folded not in RELATIVES.get(language, ()) or are_apart(noun, words[place]):
            continue
        if noun.stem not in own.terms or not noun.token.folded.endswith("s"):
            continue
        inside = list(takewhile(lambda word: not (word.weight and word.stem in said), words[place + 1 :]))
        end = place + 1 + len(inside)
        behind, elsewhere = terms_of(words[end:]).keys(), terms_of(words[:end]).keys()
        # What is said of them stands behind the clause alone.
        if noun.stem not in behind and not said.isdisjoint(behind - elsewhere) and terms_of(inside):
            return said.isdisjoint(terms_of(inside))
    return False


def is_of_other_group(own: Place, laid: Sequence[tuple[Place, Sequence[Place]]]) -> bool:
    """Whether "hives are a common reaction" is said where "rare reactions include hives"."""
    groups = [group for whole, clauses in laid for group in groups_of(whole, clauses)]
    for at, mine in enumerate(groups):
        if mine.modifier not in own.telling:
            continue
        rest = own.telling - {mine.modifier, mine.head}
        here = frozenset[str]().union(
            *(group.keys for group in groups if (group.modifier, group.head) == (mine.modifier, mine.head))
        )
        for place, other in enumerate(groups):
            # A statement with words of its own says something else.
            if other.head != mine.head or other.modifier in own.telling or not rest <= here | other.keys:
                continue
            elsewhere = (whole.telling for whole, _ in laid if whole is not other.sentence)
            only_there = (rest & other.keys).difference(here, *elsewhere)
            is_short = other.is_short and place > at and other.sentence is mine.sentence
            if only_there and (is_short or rest <= other.keys):
                return True
    return False


def is_of_all_limited(own: Place, stored: Sequence[Place]) -> bool:
    """Whether all are said to be what only those "with a permit" or "registered" ones are."""
    for every, noun in pairwise(own.words):
        if every.name not in ALL or not noun.tells:
            continue
        naming = [part for part in stored if noun.key in part.telling]
        if naming and all(part.names.isdisjoint(ALL) and _is_limited(noun.key, part, own) for part in naming):
            return True
    return False


def _is_limited(key: str, part: Place, own: Place) -> bool:
    """Whether more is said of which ones are meant, each time, than the statement has."""
    for at, word in enumerate(part.words):
        if word.key != key:
            continue
        before, behind = part.words[:at][-1:], part.words[at + 1 : at + 3]
        which = [other for other in before if not other.is_number and word.start == other.end + 1]
        if behind[:1] and behind[0].name in LIMITING:
            which += behind[1:]
        if not any(other.tells and other.key not in own.telling for other in which):
            return False
    return True
