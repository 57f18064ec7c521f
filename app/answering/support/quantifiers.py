"""Whether a statement says more than its passage: of all for some, of the whole for a part, of the first for one of the first. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from app.answering.support.amounts import RATE, TWICE
from app.answering.support.layout import Part, Place, Thing
from app.answering.support.places import keys_of
from app.answering.support.reading import ReadSentence
from app.answering.support.roles import (
    AMONG,
    BY_AND_TO,
    EITHER,
    HEADS,
    NOT_UN,
    OF,
    ONLY,
    OPEN,
    OR,
    ORDINAL,
    PARTS,
    SUPERLATIVES,
    WEEKDAYS,
)
from app.answering.support.turns import Word
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
    return not (own.denies or part.denies) and any(
        not part.names.isdisjoint(opposites) and own.names.isdisjoint(opposites)
        for opposites in (_opposites(name) for name in own.names - part.names)
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


_LEAVES_OUT = (_is_of_part, _is_one_among, _is_of_relative, _is_on_each_day, _is_less_often)
