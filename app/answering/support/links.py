"""Whether a thing has another word in front of it than in the passage: "from" for "until", "to" for "by", "exactly" for "at least". Pure."""

from collections import defaultdict
from itertools import combinations

from app.answering.support.layout import Part, Place
from app.answering.support.polarity import word_set

_STARTS = word_set("from since ab seit depuis desde dal с")
_ENDS = word_set("until till bis jusqu'au jusqu'à jusqu'en hasta fino до")
# Behind them stands who gives, or where it begins, and who gets, or where it ends.
_SOURCES = word_set("by from von par por da od")
_GOALS = word_set("to an nach zu à a")
_EXACT = word_set("exactly precisely genau exakt exactement précisément exactamente esattamente ровно")
_BOUNDED = word_set(
    "least most up about around approximately roughly nearly almost over under than minimum maximum mindestens höchstens "
    "maximal etwa rund ungefähr fast knapp bis über unter moins plus environ presque menos más unos almeno"
)
# "At the most 200", "jusqu'à la fin".
_REACH = 2


def has_other_link(own: Place, part: Place) -> bool:
    """Whether a thing of a statement has a word in front of it that contradicts the passage's."""
    ours, theirs = _links(own.words), _links(part.words)
    return (
        any(_is_other_end(links, theirs.get(key, frozenset())) for key, links in ours.items())
        or _are_swapped(ours, theirs)
        or _is_too_exact(own, part)
    )


def _links(words: Part) -> dict[str, frozenset[str]]:
    """Return the key of each telling word with the frequent words right in front of its name or number."""
    found: dict[str, set[str]] = defaultdict(set)
    for at, word in enumerate(words):
        if word.tells:
            before = words[max(0, at - _REACH) : at]
            while before and before[-1].tells:
                before = before[:-1]
            found[word.key].update(other.name for other in before if not other.tells)
    return {key: frozenset(names) for key, names in found.items()}


def _is_other_end(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one says from when, and the other until when."""
    return any(
        not ours.isdisjoint(here)
        and ours.isdisjoint(there)
        and not theirs.isdisjoint(there)
        and theirs.isdisjoint(here)
        for here, there in ((_STARTS, _ENDS), (_ENDS, _STARTS))
    )


def _are_swapped(ours: dict[str, frozenset[str]], theirs: dict[str, frozenset[str]]) -> bool:
    """Whether two things have changed their words: "to Acme by Globex" for "to Globex by Acme"."""
    sides = {
        key: (_side(links), _side(theirs[key]))
        for key, links in ours.items()
        if key in theirs and _side(links) and _side(theirs[key])
    }
    return any(one[0] == other[1] != other[0] == one[1] for one, other in combinations(sides.values(), 2))


def _side(links: frozenset[str]) -> str:
    is_source, is_goal = not links.isdisjoint(_SOURCES), not links.isdisjoint(_GOALS)
    return "" if is_source == is_goal else "source" if is_source else "goal"


def _is_too_exact(own: Place, part: Place) -> bool:
    """Whether a number is "exactly" so for which the passage has a bound, or only about that number."""
    exact = {word.key for at, word in enumerate(own.words) if word.is_number and _has(own.words, at, _EXACT)}
    places = [at for at, word in enumerate(part.words) if word.key in exact]
    return bool(places) and all(_has(part.words, at, _BOUNDED) for at in places)


def _has(words: Part, at: int, names: frozenset[str]) -> bool:
    return any(word.name in names for word in words[max(0, at - _REACH) : at])
