"""Whether a statement's words stand where the passage has others: "the red one weighs 5 kg" where the blue one does. Pure.

All words of such a statement are in the passage, but it says them of something else. The statement is laid beside the
sentences, and beside the clauses, that share most with it. Where both agree but for one word, number or name, and the
statement's is found elsewhere in the passage, it stands in another's place. So do two that have changed places.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations, takewhile
from typing import Literal

from app.answering.support.layout import Part, Place, Placed, Thing, laid_out
from app.answering.support.number_words import MONTHS
from app.answering.support.phrases import JOINING
from app.answering.support.polarity import word_set
from app.answering.support.reading import ReadSentence
from app.answering.support.roles import BE, RESPECTIVELY

# Laying two sentences side by side costs the product of their lengths, and long ones are seldom said again word by word.
_MOST_WORDS = 60
# Two words in order are worth more than two stop words.
_TELLING_WEIGHT = 3
# A sentence says the same as another one if it has this share of its telling words, but for those that are compared.
_SAME = 0.75
_FEWEST_TELLING = 2
# Of two sentences that share as much, the one with the number is meant.
_MORE_FOR_NUMBERS = 0.5
_LONGEST_THING = 2
_TWO = 2
# "sold its printing division to"
_LONGEST_RELATION = 8
# What stands on one side of these may as well stand on the other.
_EITHER_SIDE = JOINING | word_set(
    "of in on at for with by from von in im am für mit de du des en à dans pour avec con para di da"
)
# What stands on the two sides of these is in an order.
_ORDERING = word_set(
    "before after than until till bevor nachdem vor nach als bis avant après que antes después depois prima dopo"
)
_IS = (["is"], ["was"], ["ist"], ["war"], ["est"], ["es"], ["è"])
# Where nouns have capital letters, a name is not told from them.
_IST = (["ist"], ["war"])

_Reason = Literal["number_differs", "not_found"]


def misplaced_reason(
    said: Sequence[ReadSentence], window: Sequence[ReadSentence], *, language: str
) -> _Reason | None:
    """Return why a statement with a thing in another's place is not supported: a number, or something else; None without one."""
    # Of a table, one row says it all, which is seen elsewhere.
    prose = [laid_out(sentence, language) for sentence in window if not sentence.is_row]
    wholes = [whole for whole, _ in prose]
    clauses = [clause for _, clauses in prose for clause in clauses]
    for own, _ in (laid_out(sentence, language) for sentence in said):
        for parts in (wholes, clauses):
            if len(own.words) <= _MOST_WORDS and (
                found := _misplaced_in_all(own.words, _closest(own, parts), parts)
            ):
                return found
    return None


def _closest(own: Place, parts: Sequence[Place]) -> list[Place]:
    """Return the parts that share most with a sentence of the statement, none if that is next to nothing."""
    # What the other negates is compared elsewhere.
    parts = [part for part in parts if part.denies == own.denies]
    numbers = frozenset(word.key for word in own.words if word.tells and word.is_number)
    shared = [own.telling & part.telling for part in parts]
    worth = [len(keys) + _MORE_FOR_NUMBERS * len(keys & numbers) for keys in shared]
    most = max(worth, default=0)
    return [
        part
        for part, keys, each in zip(parts, shared, worth, strict=True)
        if each == most and len(keys) >= _FEWEST_TELLING
    ]


def _misplaced_in_all(own: Part, closest: Sequence[Place], parts: Sequence[Place]) -> _Reason | None:
    """Return what is wrong in each of the parts: one that agrees with the statement is enough for it."""
    found: list[_Reason] = []
    for part in closest:
        if len(part.words) > _MOST_WORDS or keys_of(own) == keys_of(part.words):
            return None
        reason = _replaced(own, part, parts) or _exchanged(own, part.words)
        if reason is None:
            return None
        found.append(reason)
    return "number_differs" if "number_differs" in found else next(iter(found), None)


def _reason(*, is_number: bool) -> _Reason:
    return "number_differs" if is_number else "not_found"


def _replaced(own: Part, part: Place, parts: Sequence[Place]) -> _Reason | None:
    """Return a reason if the passage names a thing, but not here: the part has another one between the same words."""
    pairs = _in_order(own, part.words)
    ours, theirs = ({pair[side] for pair in pairs} for side in (0, 1))
    said = telling([word for place, word in enumerate(own) if place not in ours])
    there = telling([word for place, word in enumerate(part.words) if place not in theirs])
    given = dict(_instead(_gaps(own, part.words, pairs), said, there))
    # What stands alone between commas says of something what it is: "Version 2, a release".
    whole = [part.telling for part in parts if len(part.telling) >= _FEWEST_TELLING] if given else []
    stored = frozenset[str]().union(*whole)
    for taken, other in given.items():
        if other.isdisjoint(said):
            # What the same sentence says of both is told apart by its clauses.
            is_wrong = taken <= stored and (taken.isdisjoint(there) or taken in given.values())
        else:
            is_wrong = given.get(other) == taken and not _are_listed(part.words, taken, other)
        if is_wrong and _says_the_same(telling(own) - taken, part.around):
            return _reason(is_number=all(word.is_number for word in own if word.key in taken))
    return None


def _instead(
    gaps: Iterable[tuple[Part, Part, Placed | None]], said: AbstractSet[str], there: AbstractSet[str]
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield each thing of a sentence, and the other one that a part has between the same words.

    `said` and `there` are the telling words of both that have no counterpart.
    """
    for ours, theirs, following in gaps:
        unmoved = _unmoved(ours, there), _unmoved(theirs, said)
        for mine, its in ((ours, theirs), unmoved, *_names_beside(ours, theirs, following)):
            taken, other = _one(mine), _one(its)
            if taken and other and taken.isdisjoint(other) and _stops(mine) == _stops(its):
                yield taken, other


def _names_beside(ours: Part, theirs: Part, following: Placed | None) -> Iterator[tuple[Part, Part]]:
    """Yield a name, and the one that the part has in its place: before other words, or right before what follows."""
    if all(word.is_name for word in ours):
        yield ours, list(takewhile(lambda word: word.is_name, theirs))
        if following and following.start == theirs[-1].end + 1:
            yield ours, list(takewhile(lambda word: word.is_name, reversed(theirs)))[::-1]


def _says_the_same(said: AbstractSet[str], there: AbstractSet[str]) -> bool:
    return len(said & there) >= _SAME * len(said)


def _stops(words: Part) -> list[str]:
    return [word.key for word in words if not word.tells]


def _one(words: Part) -> frozenset[str]:
    """Return the keys of the one thing that words name: a word, a number, or a name of several words; none if it is not one."""
    telling = [word for word in words if word.tells]
    is_one = len(telling) <= _LONGEST_THING or all(word.is_name for word in telling)
    return frozenset(word.key for word in telling) if is_one else frozenset()


def _unmoved(words: Part, others: AbstractSet[str]) -> list[Placed]:
    """Return words without those that stand elsewhere on the other side, and without the stop words that lead up to them."""
    left: list[Placed] = []
    for word in words:
        if word.tells and word.key in others:
            while left and not left[-1].tells:
                left.pop()
        else:
            left.append(word)
    return left


def _are_listed(part: Part, *things: AbstractSet[str]) -> bool:
    """Whether things are members of one list, in which the order says nothing."""
    places = [place for place, word in enumerate(part) if any(word.key in thing for thing in things)]
    between = part[min(places) : max(places) + 1]
    return all(word.is_name or word.key in JOINING for word in between)


def _gaps(
    own: Part, part: Part, pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[Part, Part, Placed | None]]:
    """Yield what stands between the words that both have in the same order, where both have something, and the next such word."""
    mine, its = 0, 0
    for place, other in [*pairs, (len(own), len(part))]:
        if mine < place and its < other:
            yield own[mine:place], part[its:other], part[other] if other < len(part) else None
        mine, its = place + 1, other + 1


def _in_order(own: Part, part: Part) -> list[tuple[int, int]]:
    """Return the places of the longest common subsequence of words, by their weight."""
    best = [[0] * (len(part) + 1) for _ in range(len(own) + 1)]
    keys = keys_of(part)
    for place in range(len(own) - 1, -1, -1):
        row, below, word = best[place], best[place + 1], own[place]
        weight = _TELLING_WEIGHT if word.tells else 1
        for other in range(len(part) - 1, -1, -1):
            if word.key == keys[other]:
                row[other] = below[other + 1] + weight
            else:
                row[other] = max(below[other], row[other + 1])
    pairs = []
    place = other = 0
    while place < len(own) and other < len(part):
        if own[place].key == keys[other]:
            pairs.append((place, other))
            place, other = place + 1, other + 1
        elif best[place + 1][other] >= best[place][other + 1]:
            place += 1
        else:
            other += 1
    return pairs


def _exchanged(own: Part, part: Part) -> _Reason | None:
    """Return a reason if two words have changed sides of the same words, as in "a causes b" and "b causes a"."""
    if not _says_the_same(telling(own), telling(part)):
        return None
    ours, theirs = _once(own), _once(part)
    for first, second in combinations([key for key in ours if key in theirs], 2):
        if theirs[first] < theirs[second]:
            continue
        between = own[ours[first] + 1 : ours[second]], part[theirs[second] + 1 : theirs[first]]
        if max(map(len, between)) > _LONGEST_RELATION:
            continue
        if _is_equation(own[ours[first]], own[ours[second]], *between):
            continue
        if _is_same_relation(*between) and not _are_listed(part, {first}, {second}):
            return _reason(is_number=own[ours[first]].is_number)
    return "not_found" if _are_turned(own, part) else None


def _is_equation(first: Placed, second: Placed, ours: Part, theirs: Part) -> bool:
    """Whether a name is somebody: "the director is Ana Silva" says that Ana Silva is the director."""
    between = [[word.name for word in words if not word.tells] for words in (ours, theirs)]
    are_told_apart = first.is_name != second.is_name or between[0] in _IST
    return are_told_apart and all(words in _IS for words in between)


def _are_turned(own: Part, part: Part) -> bool:
    """Whether what one has before a word such as "after" and "than", the other has behind it."""
    mine, its = _sides(own), _sides(part)
    if mine is None or its is None:
        return False
    (order, before, behind), (other_order, other_before, other_behind) = mine, its
    # "Anna is older than Ben": the word that compares stays where it is.
    same = (before & other_before) | (behind & other_behind)
    before, behind = before - same, behind - same
    if not (before and behind):
        return False
    is_crosswise = before <= other_behind and behind <= other_before
    return order == other_order and is_crosswise and before.isdisjoint(behind)


def _sides(words: Part) -> tuple[str, frozenset[str], frozenset[str]] | None:
    """Return the one word that orders others, and the telling words on both of its sides; None where there is no such word."""
    places = [place for place, placed in enumerate(words) if placed.name in _ORDERING]
    if len(places) != 1:
        return None
    (place,) = places
    before, behind = telling(words[:place]), telling(words[place + 1 :])
    return (words[place].key, before, behind) if before and behind else None


def _once(words: Part) -> dict[str, int]:
    """Return key → place of the telling words that come once, in their order."""
    keys = [word.key for word in words if word.tells]
    return {word.key: place for place, word in enumerate(words) if keys.count(word.key) == 1}


def _is_same_relation(ours: Part, theirs: Part) -> bool:
    """Whether there is the same between two words, but for what belongs to one of them."""
    mine, its = _inner(ours, telling(theirs)), _inner(theirs, telling(ours))
    return keys_of(mine) == keys_of(its) and any(word.name not in _EITHER_SIDE for word in mine)


def _inner(words: Part, others: AbstractSet[str]) -> Part:
    first, last = 0, len(words)
    while first < last and words[first].tells and words[first].key not in others:
        first += 1
    while first < last and words[last - 1].tells and words[last - 1].key not in others:
        last -= 1
    return words[first:last]


def has_rival(own: Place, laid: Sequence[tuple[Place, Sequence[Place]]]) -> bool:
    """Whether a thing of a sentence stands where the passage, a list of sentences with their clauses, has another of its kind.

    All words of "founded in Lisbon" may be there, but of two sentences.
    """
    stored = [whole for whole, _ in laid]
    return (
        any(_is_of_the_other(own, part) for part in stored)
        or any(_is_of_another_clause(own, clauses) for _, clauses in laid)
        or _is_in_another_place(own, stored)
        or _is_another_one(own, [clause for _, clauses in laid for clause in clauses])
    )


def _is_in_another_place(own: Place, stored: Sequence[Place]) -> bool:
    """Whether "founded in Lisbon" is said where the passage has "founded in Madrid", and Lisbon with nothing of the statement."""
    for thing in own.things[1:]:
        if thing.kind == "word" or not thing.between or thing.between[-1] in JOINING | BE:
            continue
        words = set(thing.key.split())
        others = [other for other in own.things if other is not thing]
        # What is first is who does it, unless nothing else is there.
        deed = {key for other in others[1:] or others for key in other.key.split()}
        elsewhere = [part for part in stored if words <= part.telling]
        if not (deed and elsewhere) or any(not deed.isdisjoint(part.telling) for part in elsewhere):
            continue
        if any(deed <= part.telling and _has_in_place_of(thing, part) for part in stored):
            return True
    return False


def _has_in_place_of(thing: Thing, part: Place) -> bool:
    return any(other.between[-1:] == thing.between[-1:] and are_rivals(thing, other) for other in part.things)


def are_rivals(one: Thing, other: Thing) -> bool:
    """Whether two different things are of one kind: two names, or two numbers that may be of one unit."""
    if one.kind != other.kind or one.kind == "word" or one.key == other.key:
        return False
    units = [[word for word in thing.key.split()[1:] if word not in MONTHS] for thing in (one, other)]
    return one.kind == "name" or not all(units) or units[0] == units[1] or one.family == other.family != ""


def _is_another_one(own: Place, clauses: Sequence[Place]) -> bool:
    """Whether somebody is called what the passage calls somebody else: "the director is Tom Berg"."""
    for mine, other in _equations(own):
        rivals = [
            rival
            for clause in clauses
            if telling(mine) <= clause.telling
            for their, rival in _equations(clause)
            if telling(their) == telling(mine)
        ]
        are_names = all(word.is_name for side in (other, *rivals) for word in side if word.tells)
        if rivals and are_names and all(telling(other).isdisjoint(telling(rival)) for rival in rivals):
            return True
    return False


def _equations(place: Place) -> Iterator[tuple[Part, Part]]:
    """Yield the two sides of the one "is" of a clause, both ways round."""
    words = place.words
    ares = [at for at, word in enumerate(words) if word.name in BE]
    if len(ares) == 1 and telling(words[: ares[0]]) and telling(words[ares[0] + 1 :]):
        yield words[: ares[0]], words[ares[0] + 1 :]
        yield words[ares[0] + 1 :], words[: ares[0]]


def holds(part: Place, thing: Thing) -> bool:
    """Whether a sentence or a clause names a thing."""
    return any(other.key == thing.key for other in part.things)


def _is_of_another_clause(own: Place, clauses: Sequence[Place]) -> bool:
    """Whether two numbers of a statement stand in two clauses, and each clause has a rival of the other's number."""
    numbers = [thing for thing in own.things if thing.kind == "number"]
    if len(numbers) != _TWO or len(clauses) < _TWO:
        return False
    held = [[clause for clause in clauses if holds(clause, number)] for number in numbers]
    if len(held[0]) != 1 or len(held[1]) != 1 or held[0][0] is held[1][0]:
        return False
    return all(
        any(
            other.key != numbers[here].key and are_rivals(numbers[1 - here], other) for other in clause.things
        )
        for here, (clause,) in enumerate(held)
    )


def _is_of_the_other(own: Place, part: Place) -> bool:
    """Whether a statement mixes two lists: "A and B lead sales and research respectively"."""
    if part.names.isdisjoint(RESPECTIVELY):
        return False
    lists = [
        (one.key, other.key)
        for one, other in part.pairs
        if other.between and JOINING.issuperset(other.between)
    ]
    if len(lists) != _TWO:
        return False
    said = {thing.key for thing in own.things}
    return any(
        {lists[0][here], lists[1][1 - here]} <= said and said.isdisjoint((lists[0][1 - here], lists[1][here]))
        for here in (0, 1)
    )


def keys_of(words: Part) -> list[str]:
    """Return the keys of words, in their order."""
    return [word.key for word in words]


def telling(words: Part) -> frozenset[str]:
    """Return the keys of the words that tell something."""
    return frozenset(word.key for word in words if word.tells)
