"""Whether a statement's words stand where the passage has others: "the red one weighs 5 kg" where the blue one does. Pure.

All words of such a statement are in the passage, but it says them of something else. The statement is laid beside the
sentences, and beside the clauses, that share most with it. Where both agree but for one word, number or name, and the
statement's is found elsewhere in the passage, it stands in another's place. So do two that have changed places.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import combinations, takewhile
from typing import Literal, NamedTuple

from app.answering.support.agreement import CONNECTING, FORCES, is_acronym
from app.answering.support.amounts import TWICE
from app.answering.support.number_words import SPELLED, SUFFIX_ONLY, spelled
from app.answering.support.phrases import JOINING
from app.answering.support.polarity import word_set
from app.answering.support.reading import ReadSentence, Word
from app.answering.support.tokens import Kind
from app.core.folding import folded
from app.core.stop_words import stop_words
from app.core.text import KEPT_WORDS

# Laying two sentences side by side costs the product of their lengths, and long ones are seldom said again word by word.
_MOST_WORDS = 60
# Two words in order are worth more than two stop words.
_TELLING_WEIGHT = 3
# A sentence says the same as another one if it has this share of its telling words, but for those that are compared.
_SAME = 0.75
_FEWEST_TELLING = 2
# Of two sentences that share as much, the one with the number is meant.
_NUMBER_WEIGHT = 1.5
_LONGEST_THING = 2
# "sold its printing division to"
_LONGEST_RELATION = 8
_COMMA_AND_SPACE = 2
_CLAUSE_BEGINS = JOINING | word_set("but while whereas aber während mais pero ma mas но")
# What stands on one side of these may as well stand on the other.
_EITHER_SIDE = JOINING | word_set(
    "of in on at for with by from von in im am für mit de du des en à dans pour avec con para di da"
)
# What stands on the two sides of these is in an order.
_ORDERING = word_set(
    "before after than until till bevor nachdem vor nach als bis avant après que antes después depois prima dopo"
)
# Both with and without them a sentence says the same of the same.
_LEFT_OUT = word_set(
    "a an the only also just both der die das den dem ein eine nur auch le la les un une el los las"
)


class _Placed(NamedTuple):
    """A word as it is compared with others: equal words have equal keys. Stop words tell nothing."""

    key: str
    tells: bool
    is_number: bool
    word: Word

    @property
    def is_name(self) -> bool:
        return self.word.token.is_capital


_Part = Sequence[_Placed]


class _Place(NamedTuple):
    """A sentence or a clause with its telling words, those of its sentence, and whether it negates.

    A clause may leave out what another one says.
    """

    words: _Part
    telling: AbstractSet[str]
    around: AbstractSet[str]
    denies: bool


_Reason = Literal["number_differs", "not_found"]


def misplaced_reason(
    said: Sequence[ReadSentence], window: Sequence[ReadSentence], *, language: str
) -> _Reason | None:
    """Return why a statement with a thing in another's place is not supported: a number, or something else; None without one."""
    # Of a table, one row says it all, which is seen elsewhere.
    prose = [_places_of(sentence, language) for sentence in window if not sentence.is_row]
    wholes = [whole for whole, _ in prose]
    clauses = [clause for _, clauses in prose for clause in clauses]
    for own, _ in (_places_of(sentence, language) for sentence in said):
        for parts in (wholes, clauses):
            if len(own.words) <= _MOST_WORDS and (
                found := _misplaced_in_all(own.words, _closest(own, parts), parts)
            ):
                return found
    return None


# Passages are read once and cited by many answers, and a statement is compared with each passage that it names.
@lru_cache(maxsize=2_000)
def _places_of(sentence: ReadSentence, language: str) -> tuple[_Place, tuple[_Place, ...]]:
    """Return a sentence and its clauses as they are compared."""
    words = _placed(sentence.words, language)
    telling = _telling(words)
    clauses = [_placed(clause, language) for clause in _clauses(sentence)]
    return (
        _Place(words, telling, telling, _denies(words)),
        tuple(_Place(clause, _telling(clause), telling, _denies(clause)) for clause in clauses),
    )


def _placed(words: Sequence[Word], language: str) -> list[_Placed]:
    placed = []
    for word in words:
        token = word.token
        if token.folded in _LEFT_OUT or token.kind == "sign":
            continue
        key, tells, is_number = _compared(token.folded, token.kind, word.stem, language)
        # "IT" is no stop word.
        tells = (tells or is_acronym(word)) and not word.negates
        placed.append(_Placed(key, tells, is_number, word))
    return placed


@lru_cache(maxsize=KEPT_WORDS)
def _compared(word: str, kind: Kind, stem: str, language: str) -> tuple[str, bool, bool]:
    """Return the key of a folded word, whether it tells something, and whether it is a number."""
    if kind in ("number", "run"):
        return stem, kind == "number", kind == "number"
    if word in SPELLED and word not in SUFFIX_ONLY:
        return str(spelled(word, language) or stem), True, True
    if word in TWICE:
        return stem, True, True
    # Who must and who may is compared elsewhere.
    is_plain = len(word) > 1 and word not in FORCES and word not in CONNECTING
    return stem, is_plain and folded(word) not in stop_words(language), False


def _clauses(sentence: ReadSentence) -> Iterator[list[Word]]:
    """Yield the parts of a sentence between punctuation and joining words, without the latter."""
    clause: list[Word] = []
    end = 0
    for word in sentence.words:
        begins = word.token.folded in _CLAUSE_BEGINS
        if clause and (begins or word.token.start - end == _COMMA_AND_SPACE):
            yield clause
            clause = []
        if not begins:
            clause.append(word)
        end = word.token.end
    yield clause


def _keys(words: _Part) -> list[str]:
    return [word.key for word in words]


def _telling(words: _Part) -> set[str]:
    return {word.key for word in words if word.tells}


def _closest(own: _Place, parts: Sequence[_Place]) -> list[_Place]:
    """Return the parts that share most with a sentence of the statement, none if that is next to nothing."""
    # What the other negates is compared elsewhere.
    parts = [part for part in parts if part.denies == own.denies]
    weights = {word.key: _NUMBER_WEIGHT if word.is_number else 1 for word in own.words if word.tells}
    shared = [weights.keys() & part.telling for part in parts]
    worth = [sum(weights[key] for key in keys) for keys in shared]
    most = max(worth, default=0)
    return [
        part
        for part, keys, each in zip(parts, shared, worth, strict=True)
        if each == most and len(keys) >= _FEWEST_TELLING
    ]


def _misplaced_in_all(own: _Part, closest: Sequence[_Place], parts: Sequence[_Place]) -> _Reason | None:
    """Return what is wrong in each of the parts: one that agrees with the statement is enough for it."""
    # What stands alone between commas says of something what it is: "Version 2, a release".
    stored = set[str]().union(*(part.telling for part in parts if len(part.telling) >= _FEWEST_TELLING))
    found: list[_Reason] = []
    for part in closest:
        if len(part.words) > _MOST_WORDS or _keys(own) == _keys(part.words):
            return None
        reason = _replaced(own, part, stored) or _exchanged(own, part.words)
        if reason is None:
            return None
        found.append(reason)
    return "number_differs" if "number_differs" in found else next(iter(found), None)


def _reason(*, is_number: bool) -> _Reason:
    return "number_differs" if is_number else "not_found"


def _denies(words: _Part) -> bool:
    return any(placed.word.negates for placed in words)


def _replaced(own: _Part, part: _Place, stored: AbstractSet[str]) -> _Reason | None:
    """Return a reason if the passage names a thing, but not here: the part has another one between the same words."""
    pairs = _in_order(own, part.words)
    ours, theirs = ({pair[side] for pair in pairs} for side in (0, 1))
    said = _telling([word for place, word in enumerate(own) if place not in ours])
    there = _telling([word for place, word in enumerate(part.words) if place not in theirs])
    given = dict(_instead(_gaps(own, part.words, pairs), said, there))
    for taken, other in given.items():
        if other.isdisjoint(said):
            # What the same sentence says of both is told apart by its clauses.
            is_wrong = taken <= stored and (taken.isdisjoint(there) or taken in given.values())
        else:
            is_wrong = given.get(other) == taken and not _are_listed(part.words, taken, other)
        if is_wrong and _says_the_same(_telling(own) - taken, part.around):
            return _reason(is_number=all(word.is_number for word in own if word.key in taken))
    return None


def _instead(
    gaps: Iterable[tuple[_Part, _Part]], said: AbstractSet[str], there: AbstractSet[str]
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield each thing of a sentence, and the other one that a part has between the same words.

    `said` and `there` are the telling words of both that have no counterpart.
    """
    for ours, theirs in gaps:
        unmoved = _unmoved(ours, there), _unmoved(theirs, said)
        for mine, its in ((ours, theirs), unmoved, *_names_beside(ours, theirs)):
            taken, other = _one(mine), _one(its)
            if taken and other and taken.isdisjoint(other) and _stops(mine) == _stops(its):
                yield taken, other


def _names_beside(ours: _Part, theirs: _Part) -> Iterator[tuple[_Part, _Part]]:
    """Yield a name, and the one that the part has in its place, before other words."""
    if all(word.is_name for word in ours):
        yield ours, list(takewhile(lambda word: word.is_name, theirs))


def _says_the_same(said: AbstractSet[str], there: AbstractSet[str]) -> bool:
    return len(said & there) >= _SAME * len(said)


def _stops(words: _Part) -> list[str]:
    return [word.key for word in words if not word.tells]


def _one(words: _Part) -> frozenset[str]:
    """Return the keys of the one thing that words name: a word, a number, or a name of several words; none if it is not one."""
    telling = [word for word in words if word.tells]
    is_one = len(telling) <= _LONGEST_THING or all(word.is_name for word in telling)
    return frozenset(word.key for word in telling) if is_one else frozenset()


def _unmoved(words: _Part, others: AbstractSet[str]) -> list[_Placed]:
    """Return words without those that stand elsewhere on the other side, and without the stop words that lead up to them."""
    left: list[_Placed] = []
    for word in words:
        if word.tells and word.key in others:
            while left and not left[-1].tells:
                left.pop()
        else:
            left.append(word)
    return left


def _are_listed(part: _Part, *things: AbstractSet[str]) -> bool:
    """Whether things are members of one list, in which the order says nothing."""
    places = [place for place, word in enumerate(part) if any(word.key in thing for thing in things)]
    between = part[min(places) : max(places) + 1]
    return all(word.is_name or word.key in JOINING for word in between)


def _gaps(own: _Part, part: _Part, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[_Part, _Part]]:
    """Yield what stands between the words that both have in the same order, where both have something."""
    mine, its = 0, 0
    for place, other in [*pairs, (len(own), len(part))]:
        if mine < place and its < other:
            yield own[mine:place], part[its:other]
        mine, its = place + 1, other + 1


def _in_order(own: _Part, part: _Part) -> list[tuple[int, int]]:
    """Return the places of the longest common subsequence of words, by their weight."""
    best = [[0] * (len(part) + 1) for _ in range(len(own) + 1)]
    keys = _keys(part)
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


def _exchanged(own: _Part, part: _Part) -> _Reason | None:
    """Return a reason if two words have changed sides of the same words, as in "a causes b" and "b causes a"."""
    if not _says_the_same(_telling(own), _telling(part)):
        return None
    ours, theirs = _once(own), _once(part)
    for first, second in combinations([key for key in ours if key in theirs], 2):
        if theirs[first] < theirs[second]:
            continue
        between = own[ours[first] + 1 : ours[second]], part[theirs[second] + 1 : theirs[first]]
        if max(map(len, between)) > _LONGEST_RELATION:
            continue
        if _is_same_relation(*between) and not _are_listed(part, {first}, {second}):
            return _reason(is_number=own[ours[first]].is_number)
    return "not_found" if _are_turned(own, part) else None


def _are_turned(own: _Part, part: _Part) -> bool:
    """Whether what one has before a word such as "after" and "than", the other has behind it."""
    mine, its = _sides(own), _sides(part)
    if mine is None or its is None:
        return False
    (order, before, behind), (other_order, other_before, other_behind) = mine, its
    is_crosswise = before <= other_behind and behind <= other_before
    return order == other_order and is_crosswise and before.isdisjoint(behind)


def _sides(words: _Part) -> tuple[str, set[str], set[str]] | None:
    """Return the one word that orders others, and the telling words on both of its sides; None where there is no such word."""
    places = [place for place, placed in enumerate(words) if placed.word.token.folded in _ORDERING]
    if len(places) != 1:
        return None
    (place,) = places
    before, behind = _telling(words[:place]), _telling(words[place + 1 :])
    return (words[place].key, before, behind) if before and behind else None


def _once(words: _Part) -> dict[str, int]:
    """Return key → place of the telling words that come once, in their order."""
    keys = [word.key for word in words if word.tells]
    return {word.key: place for place, word in enumerate(words) if keys.count(word.key) == 1}


def _is_same_relation(ours: _Part, theirs: _Part) -> bool:
    """Whether there is the same between two words, but for what belongs to one of them."""
    mine, its = _inner(ours, _telling(theirs)), _inner(theirs, _telling(ours))
    return _keys(mine) == _keys(its) and any(word.word.token.folded not in _EITHER_SIDE for word in mine)


def _inner(words: _Part, others: AbstractSet[str]) -> _Part:
    first, last = 0, len(words)
    while first < last and words[first].tells and words[first].key not in others:
        first += 1
    while first < last and words[last - 1].tells and words[last - 1].key not in others:
        last -= 1
    return words[first:last]
