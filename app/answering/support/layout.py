"""Sentences laid out as they are compared: their words, their clauses, and the things that they name. Pure.

A passage is cited by many answers, and a statement is compared with each passage that it names, so the layouts are kept.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import dropwhile, pairwise
from typing import Literal, NamedTuple

from app.answering.support.agreement import CONNECTING, is_acronym
from app.answering.support.amounts import TWICE
from app.answering.support.certainty import FORCES
from app.answering.support.number_words import SCALES, SPELLED, SUFFIX_ONLY, spelled
from app.answering.support.phrases import JOINING
from app.answering.support.polarity import word_set
from app.answering.support.quantities import MEASURES
from app.answering.support.reading import ReadSentence
from app.answering.support.roles import BE, BY, ENDS, FROM, GOALS, SOURCES, STARTS, TO
from app.answering.support.tokens import Kind
from app.answering.support.turns import Word
from app.answering.support.units import FAMILIES, UNITS
from app.core.folding import folded
from app.core.stop_words import stop_words
from app.core.text import KEPT_WORDS

_COMMA_AND_SPACE = 2
# "The western one", "optional ones".
_STANDING_IN = word_set("one ones")
# "Chat support every day" leaves out its verb.
_LONGEST_WITHOUT_VERB = 4
# "At the most 200", "jusqu'à la fin".
REACH_OF_LINK = 2
# Between the auxiliary verb and the participle: "was also sued".
_LONGEST_PASSIVE = 2
# "From 10 million in 2022 to".
_LONGEST_END = 6
# How many telling words on each side of a verb may be who does it, and to whom.
NEAR = 2
_CLAUSE_BEGINS = JOINING | word_set("but while whereas aber während mais pero ma mas но")
# Both with and without them a sentence says the same of the same.
_LEFT_OUT = word_set(
    "a an the only also just both der die das den dem ein eine nur auch le la les un une el los las"
)
# In these languages the word is no article, but says where to.
_LEADS_SOMEWHERE = {"a": ("spa", "por", "ita", "cat"), "an": ("deu",)}


class Placed(NamedTuple):
    """A word as it is compared with others: equal words have equal keys. Stop words tell nothing. Names are capital.

    `name` is the word as it is written, folded, and `start` and `end` are its places in the text.
    """

    key: str
    tells: bool
    is_number: bool
    is_name: bool
    negates: bool
    name: str
    start: int
    end: int


class Thing(NamedTuple):
    """What a sentence names: a word, a number with its unit, or a name of several words, and the frequent words in front.

    An owner has "'s". `family` is what a number's unit measures, such as "time".
    """

    key: str
    kind: Literal["name", "number", "word"]
    between: tuple[str, ...]
    is_owner: bool
    family: str

    @property
    def unit(self) -> tuple[bool, list[str]]:
        """Whether it is a number, and the keys behind it."""
        return self.kind == "number", self.key.split()[1:]


Part = Sequence[Placed]


class Deed(NamedTuple):
    """A word that may be a verb, and the telling words next to it."""

    is_passive: bool
    before: frozenset[str]
    behind: frozenset[str]


@dataclass(frozen=True, eq=False)
class Place:
    """A sentence or a clause with its telling words, those of its sentence, and whether it negates.

    A clause may leave out what another one says.
    """

    words: Part
    telling: frozenset[str]
    around: frozenset[str]
    denies: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """All its words, folded."""
        return frozenset([word.name for word in self.words])

    @cached_property
    def line(self) -> str:
        """The keys of its words in one line, with a space round each."""
        return f" {' '.join([word.key for word in self.words])} "

    @cached_property
    def things(self) -> Sequence[Thing]:
        """What it names."""
        return tuple(_things(self.words))

    @cached_property
    def links(self) -> dict[str, frozenset[str]]:
        """The key of each telling word with the frequent words right in front of its name or number."""
        found: dict[str, set[str]] = defaultdict(set)
        for at, word in enumerate(self.words):
            if word.tells:
                before = self.words[max(0, at - REACH_OF_LINK) : at]
                while before and not _is_link(before[-1]):
                    before = before[:-1]
                found[word.key].update(other.name for other in before if _is_link(other))
        return {key: frozenset(names) for key, names in found.items()}

    @property
    def is_short(self) -> bool:
        """Whether it may have only who, and how much."""
        return len(self.telling) <= _LONGEST_WITHOUT_VERB

    @cached_property
    def comparisons(self) -> frozenset[tuple[str, str]]:
        """The word in front of each "than", with the first telling one behind it."""
        return frozenset(
            (before.key, next((other.key for other in self.words[at:] if other.tells), ""))
            for at, (before, word) in enumerate(pairwise(self.words), start=2)
            if word.name == "than"
        )

    @cached_property
    def sides(self) -> dict[str, str]:
        """Who gives and who gets, by the words in front; who gets something of nobody has it of who is named first."""
        sides = {key: side for key, names in self.links.items() if (side := _side(names))}
        first = list(dropwhile(lambda word: not word.tells, self.words))[:2]
        goals = sum(word.name in GOALS for word in self.words)
        if goals == 1 and set(sides.values()) == {"goal"}:
            sides = {word.key: "source" for word in first if word is first[0] or word.is_name} | sides
        return sides

    @cached_property
    def deeds(self) -> dict[str, Deed]:
        """Each telling word with what stands before and behind it; the passive is told by its "by"."""
        return _deeds(self.words)

    @cached_property
    def ways(self) -> Sequence[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The two ends of each "from … to …": as many things of the second as the first has."""
        return () if self.names.isdisjoint(FROM) else tuple(_ways(self.words))

    @cached_property
    def pairs(self) -> Sequence[tuple[Thing, Thing]]:
        """Each two things that follow on each other."""
        return tuple(pairwise(self.things))


def _deeds(words: Part) -> dict[str, Deed]:
    deeds = {}
    for place, word in enumerate(words):
        is_be = any(other.name in BE for other in words[max(0, place - 1 - _LONGEST_PASSIVE) : place])
        is_by = place + 1 < len(words) and words[place + 1].name in BY
        if word.tells and not word.is_name and is_be == is_by:
            before = [other.key for other in words[:place] if other.tells][-NEAR:]
            behind = [other.key for other in words[place + 1 :] if other.tells][:NEAR]
            deeds[word.key] = Deed(is_by, frozenset(before), frozenset(behind))
    return deeds


def _ways(words: Part) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for at, word in enumerate(words):
        if word.name not in FROM:
            continue
        ends = range(at + 2, min(at + 2 + _LONGEST_END, len(words)))
        for end in [end for end in ends if words[end].name in TO and words[end].name not in FROM][:1]:
            start, other = _end(words[at + 1 : end]), _end(words[end + 1 :])
            if start and len(start) <= len(other):
                yield start, other[: len(start)]


def _end(words: Part) -> tuple[str, ...]:
    """Return the numbers of an end, or its telling words if it has none."""
    numbers = tuple(word.key for word in words if word.is_number)
    return numbers or tuple(word.key for word in words if word.tells)


def _side(links: frozenset[str]) -> str:
    is_source, is_goal = not links.isdisjoint(SOURCES), not links.isdisjoint(GOALS)
    return "" if is_source == is_goal else "source" if is_source else "goal"


def _is_link(word: Placed) -> bool:
    # "Jusqu'au" is frequent, and no stop word.
    return not word.tells or word.name in STARTS or word.name in ENDS


@lru_cache(maxsize=2_000)
def laid_out(sentence: ReadSentence, language: str) -> tuple[Place, tuple[Place, ...]]:
    """Return a sentence and its clauses as they are compared."""
    words = _placed(sentence.words, language)
    clauses = [_placed(clause, language) for clause in _clauses(sentence, language)]
    around = _telling(words)
    return _place(words, around), tuple(_place(clause, around) for clause in clauses)


def _place(words: Part, around: frozenset[str]) -> Place:
    return Place(words, _telling(words), around, any(word.negates for word in words))


def _telling(words: Part) -> frozenset[str]:
    return frozenset(word.key for word in words if word.tells)


def _placed(words: Sequence[Word], language: str) -> list[Placed]:
    placed: list[Placed] = []
    for word in words:
        token = word.token
        # "Vitamin A" is not vitamin C.
        is_letter = len(token.text) == 1 and token.is_capital and bool(placed) and token.text != "I"
        is_preposition = language in _LEADS_SOMEWHERE.get(token.folded, ())
        is_left_out = token.folded in _LEFT_OUT and not (is_letter or is_preposition)
        if is_left_out or token.kind == "sign":
            continue
        key, tells, is_number = _compared(token.folded, token.kind, word.stem, language)
        # "IT" is no stop word.
        tells = (tells or is_letter or is_acronym(word)) and not word.negates
        placed.append(
            Placed(
                key, tells, is_number, token.is_capital, word.negates, token.folded, token.start, token.end
            )
        )
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


def _clauses(sentence: ReadSentence, language: str) -> Iterator[list[Word]]:
    """Yield the parts of a sentence between punctuation and joining words, without the latter."""
    clause: list[Word] = []
    end = 0
    for word in sentence.words:
        begins = word.token.folded in _CLAUSE_BEGINS or (word.token.folded == "en" and language == "nld")
        if clause and (begins or word.token.start - end == _COMMA_AND_SPACE):
            yield clause
            clause = []
        if not begins:
            clause.append(word)
        end = word.token.end
    yield clause


def _things(words: Part) -> Iterator[Thing]:
    thing: list[Placed] = []
    before: list[str] = []
    between: tuple[str, ...] = ()
    for word in words:
        if not word.tells:
            before.append(word.key)
        elif thing and not before and _are_one(thing[-1], word):
            thing.append(word)
        else:
            if thing:
                yield _thing(thing, between)
            thing, between, before = [word], tuple(before), []
    if thing:
        yield _thing(thing, between)


def _are_one(one: Placed, other: Placed) -> bool:
    # "9 million euros"
    if one.is_number or one.name in SCALES:
        return other.is_number or other.name in MEASURES
    return one.is_name and other.is_name


def _thing(words: Part, between: tuple[str, ...]) -> Thing:
    first = words[0]
    kind: Literal["name", "number", "word"] = (
        "number" if first.is_number else "name" if first.is_name else "word"
    )
    families = (FAMILIES.get(UNITS.get(word.name, ""), ("",))[0] for word in words[1:])
    family = next(filter(None, families), "") if kind == "number" else ""
    return Thing(" ".join(word.key for word in words), kind, between, words[-1].name.endswith("'s"), family)


@dataclass(frozen=True, slots=True)
class Group:
    """What a sentence says of things that two words name, "optional" and "subjects", up to the next ones."""

    modifier: str
    head: str
    keys: frozenset[str]
    sentence: Place

    @property
    def is_short(self) -> bool:
        return len(self.keys) <= _LONGEST_WITHOUT_VERB


@lru_cache(maxsize=2_000)
def groups_of(sentence: Place, clauses: tuple[Place, ...]) -> Sequence[Group]:
    """Return the groups that clauses begin with: each has what stands up to the next one."""
    groups: list[Group] = []
    for clause in clauses:
        modifier, head = _group_in_front(clause)
        if head in _STANDING_IN:
            head = groups[0].head if groups else ""
        if head:
            groups.append(Group(modifier, head, clause.telling, sentence))
        elif groups:
            groups[-1] = replace(groups[-1], keys=groups[-1].keys | clause.telling)
    return groups


def _group_in_front(clause: Place) -> tuple[str, str]:
    """Return the two words of a group that a clause begins with, empty where it begins with something else."""
    first, second = [*clause.words[:2], None, None][:2]
    if first is None or second is None or not first.tells or first.is_number:
        return "", ""
    if second.name in _STANDING_IN:
        return first.key, second.name
    is_group = second.tells and not second.is_number and second.start == first.end + 1
    return (first.key, second.key) if is_group else ("", "")
