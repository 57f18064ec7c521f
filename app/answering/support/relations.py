"""Whether a statement relates things otherwise than its passage: who does it to whom, from where to where, and by how much exactly. Pure.

All words of "the firm was sued by Berg" stand in "the firm sued Berg", and in the same order. So the few words between the
telling ones count here as well: the prepositions, and the auxiliary verb of a passive.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from app.answering.support.layout import REACH_OF_LINK, Part, Place, Placed, Thing, laid_out
from app.answering.support.phrases import JOINING
from app.answering.support.places import has_rival, holds
from app.answering.support.quantifiers import (
    is_of_all_for_some,
    is_of_others,
    is_of_short_clause,
    is_one_of_two,
    is_only_conditional,
    is_paired_otherwise,
    is_unlike,
    says_more,
)
from app.answering.support.reading import ReadSentence
from app.answering.support.roles import (
    AND,
    BE,
    BOUNDED,
    BY,
    CHANGES,
    CLOSES,
    ENDS,
    EXACT,
    FROM,
    GOALS,
    LESSER,
    ONCE,
    OPENS,
    SOURCES,
    SPEECH,
    STARTS,
    TO,
    WAS,
)

# A statement of more words seldom says one thing.
_MOST_WORDS = 60
# Between the auxiliary verb and the participle: "was also sued".
_LONGEST_PASSIVE = 2
# How many telling words on each side of a verb may be who does it, and to whom.
_NEAR = 2
# "From 10 million in 2022 to".
_LONGEST_END = 6
# The lengths of " ", " a ", " an " and " the ".
_NO_MARK = (1, 3, 4, 5)
# In these languages who does it stands in front of the verb, and to whom behind it.
_VERB_BETWEEN = ("eng", "fra")


class _Deed(NamedTuple):
    """A word that may be a verb, and the telling words next to it."""

    is_passive: bool
    before: frozenset[str]
    behind: frozenset[str]


def is_related_otherwise(
    said: Sequence[ReadSentence], sentences: Sequence[ReadSentence], *, language: str
) -> bool:
    """Whether a sentence of the statement relates its things in a way that the passage has otherwise."""
    if is_only_conditional(said, sentences, language=language) or is_of_all_for_some(
        said, sentences, language=language
    ):
        return True
    prose = [sentence for sentence in sentences if not sentence.is_row]
    laid = [laid_out(sentence, language) for sentence in prose]
    stored = [whole for whole, _ in laid]
    for own, _ in (laid_out(sentence, language) for sentence in said):
        if len(own.words) > _MOST_WORDS:
            continue
        near = _closest(own, stored)
        if near and all(says_more(own, part) for part in near):
            return True
        if _is_said(own, stored):
            continue
        if near and all(any(differs(own, part) for differs in _DIFFERS) for part in near):
            return True
        if is_of_others(
            own, [sentence for sentence, part in zip(prose, stored, strict=True) if part in near]
        ):
            return True
        if _is_crossed(own, stored) or _is_joined(own, stored) or _is_of_another(own, laid):
            return True
        if language in _VERB_BETWEEN and _has_other_role(own, stored):
            return True
    return False


def _is_of_another(own: Place, laid: Sequence[tuple[Place, Sequence[Place]]]) -> bool:
    return has_rival(own, laid) or is_of_short_clause(own, [clauses for _, clauses in laid])


def _closest(own: Place, stored: Sequence[Place]) -> list[Place]:
    """Return the sentences that share most telling words with a statement: what one of them says is said."""
    shared = [len(own.telling & part.telling) for part in stored]
    most = max(shared, default=0)
    return [part for part, size in zip(stored, shared, strict=True) if size == most > 1]


def _is_said(own: Place, stored: Sequence[Place]) -> bool:
    """Whether a sentence has all words of a statement one after the other."""
    return any(own.telling <= part.telling and own.line in part.line for part in stored)


def _is_of_other_voice(own: Place, part: Place) -> bool:
    """Whether one says "sued by" where the other says "sued", of the same two in the same order."""
    if (own.names | part.names).isdisjoint(BY) or len(own.telling & part.telling) <= _NEAR:
        return False
    ours, theirs = _deeds(own.words), _deeds(part.words)
    return any(
        ours[verb].is_passive != other.is_passive
        and not ours[verb].before.isdisjoint(other.before)
        and not ours[verb].behind.isdisjoint(other.behind)
        for verb, other in theirs.items()
        if verb in ours
    )


def _deeds(words: Part) -> dict[str, _Deed]:
    """Return each telling word with what stands before and behind it; the passive is told by its "by"."""
    deeds = {}
    for place, word in enumerate(words):
        is_be = any(other.name in BE for other in words[max(0, place - 1 - _LONGEST_PASSIVE) : place])
        is_by = place + 1 < len(words) and words[place + 1].name in BY
        if word.tells and not word.is_name and is_be == is_by:
            before = [other.key for other in words[:place] if other.tells][-_NEAR:]
            behind = [other.key for other in words[place + 1 :] if other.tells][:_NEAR]
            deeds[word.key] = _Deed(is_by, frozenset(before), frozenset(behind))
    return deeds


def _is_reversed(own: Place, part: Place) -> bool:
    """Whether it goes "from 11 to 5" where the passage has "from 5 to 11"."""
    ours, theirs = set(_ways(own)), set(_ways(part))
    return any((end, start) in theirs and (start, end) not in theirs for start, end in ours)


def _is_of_before(own: Place, part: Place) -> bool:
    """Whether a statement has as it is now what the passage says was changed: "moved from Monday to Friday"."""
    if part.names.isdisjoint(CHANGES) or not own.names.isdisjoint(ONCE):
        return False
    return any(
        own.telling.issuperset(start)
        and own.telling.isdisjoint(end)
        and len(own.telling & part.telling) > len(start)
        for start, end in _ways(part)
    )


def _is_of_other_end(own: Place, part: Place) -> bool:
    """Whether something opens when it closes: "open from 9 to 18", and "opens at 18", "from 18" or "until 9"."""
    for start, end in _ways(part):
        has_start, has_end = own.telling.issuperset(start), own.telling.issuperset(end)
        if has_start is has_end:
            continue
        led = {name for key in (start if has_start else end) for name in own.links.get(key, ())}
        if not led.isdisjoint(ENDS if has_start else STARTS) and led.isdisjoint(
            STARTS if has_start else ENDS
        ):
            return True
        if (own.names | part.names).isdisjoint(OPENS | CLOSES):
            continue
        if not own.names.isdisjoint(OPENS if has_end else CLOSES):
            return own.names.isdisjoint(CLOSES if has_end else OPENS)
    return False


def _ways(place: Place) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the two ends of each "from … to …": as many things of the second as the first has."""
    if place.names.isdisjoint(FROM):
        return
    words = place.words
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


def _is_of_other_office(own: Place, part: Place) -> bool:
    """Whether a statement leaves out that somebody is a former or a deputy one."""
    if part.names.isdisjoint(LESSER) or not own.names.isdisjoint(WAS):
        return False
    for before, office in pairwise(part.words):
        is_lesser = before.name in LESSER and office.start == before.end + 1
        if is_lesser and office.key in own.telling and len(own.telling & part.telling) > 1:
            places = [at for at, word in enumerate(own.words) if word.key == office.key]
            if all(_is_office(own, at) for at in places):
                return True
    return False


def _is_office(own: Place, at: int) -> bool:
    """Whether a word says who somebody is, with no other word in front of it."""
    if at and own.words[at - 1].tells:
        return False
    is_title = at + 1 < len(own.words) and own.words[at + 1].is_name
    return is_title or not own.names.isdisjoint(BE)


def _is_crossed(own: Place, stored: Sequence[Place]) -> bool:
    """Whether "born in Graz" is said where the passage has "born in Vienna" and "died in Graz".

    "Falcon has a budget of 2 million, Heron of 5 million" leaves out Heron's budget, so what has the thing there must not be
    in the statement.
    """
    ours = [
        (first, second)
        for first, second in own.pairs
        if second.kind != "word" and second.between and JOINING.isdisjoint(second.between)
    ]
    for part in stored:
        for first, second in ours:
            if first.key.split()[-1] not in part.telling or second.key.split()[-1] not in part.telling:
                continue
            pairs = list(part.pairs)
            instead = {
                other.key
                for one, other in pairs
                if one.key == first.key and (other.kind, other.between) == (second.kind, second.between)
            }
            if (
                instead
                and second.key not in instead
                and any(
                    (other.key, other.between) == (second.key, second.between)
                    and not own.telling.issuperset(one.key.split())
                    for one, other in pairs
                )
                and not _are_joined(first, second, stored)
            ):
                return True
    return False


def _are_joined(first: Thing, second: Thing, stored: Sequence[Place]) -> bool:
    """Whether two things follow on each other somewhere, in either order."""
    return any(
        {one.key, other.key} == {first.key, second.key} and other.between in ((), second.between)
        for part in stored
        for one, other in part.pairs
    )


def _is_joined(own: Place, stored: Sequence[Place]) -> bool:
    """Whether "founded by Berg and Lund" is said where the passage has "founded by Berg", and Lund with nothing of it."""
    things = own.things
    for at, (one, other) in enumerate(own.pairs):
        if {one.kind, other.kind} != {"name"} or not other.between or not AND.issuperset(other.between):
            continue
        beside = (*things[max(0, at - 1) : at], *things[at + 2 : at + 3])
        deed = {key for thing in beside for key in thing.key.split()}
        with_deed = [part for part in stored if not deed.isdisjoint(part.telling)]
        # A name of one word may be the beginning of a longer one: "Back to Black".
        is_whole = " " in other.key and any(holds(part, other) for part in stored)
        if (
            is_whole
            and any(holds(part, one) for part in with_deed)
            and not any(holds(part, other) for part in with_deed)
        ):
            return True
    return False


def _has_other_role(own: Place, stored: Sequence[Place]) -> bool:
    """Whether somebody does what is done to him: "Orbis bought it" where the passage has "it bought Orbis"."""
    deeds = {
        (one.key, verb.key)
        for one, verb in pairwise(own.words)
        if one.is_name and _may_be_deed(verb) and not one.name.endswith("'s") and _touch(one, verb)
    }
    deeds -= {
        (name, verb) for name, verb in deeds if not any({name, verb} <= part.telling for part in stored)
    }
    if not deeds:
        return False
    suffered = {deed for part in stored for deed in _suffered(part)}
    return any(deed in suffered and not any(_does(part, *deed) for part in stored) for deed in deeds)


def _may_be_deed(word: Placed) -> bool:
    # "February 28" is a date.
    return word.tells and not (word.is_name or word.is_number)


def _suffered(part: Place) -> Iterator[tuple[str, str]]:
    """Yield who stands right behind which active verb."""
    for at, (verb, one) in enumerate(pairwise(part.words)):
        is_passive = any(word.name in BE for word in part.words[max(0, at - 2) : at])
        if at and verb.name not in SPEECH and not is_passive and _touch(verb, one):
            yield one.key, verb.key


def _does(part: Place, name: str, verb: str) -> bool:
    """Whether a name stands anywhere in front of a verb."""
    keys = [word.key for word in part.words]
    return any(key == verb and name in keys[:at] for at, key in enumerate(keys))


def _touch(one: Placed, other: Placed) -> bool:
    """Whether nothing, or an article, stands between two words."""
    return other.start - one.end in _NO_MARK


def _has_other_link(own: Place, part: Place) -> bool:
    """Whether a thing of a statement has a word in front of it that contradicts the passage's."""
    return (
        any(_is_other_end(links, part.links.get(key, frozenset())) for key, links in own.links.items())
        or _are_swapped(_sides(own), _sides(part))
        or _is_too_exact(own, part)
    )


def _is_other_end(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one says from when, and the other until when."""
    return any(
        not ours.isdisjoint(here)
        and ours.isdisjoint(there)
        and not theirs.isdisjoint(there)
        and theirs.isdisjoint(here)
        for here, there in ((STARTS, ENDS), (ENDS, STARTS))
    )


def _are_swapped(ours: dict[str, str], theirs: dict[str, str]) -> bool:
    """Whether two things have changed their sides: "to Acme by Globex" for "to Globex by Acme"."""
    sides = [(side, theirs[key]) for key, side in ours.items() if key in theirs]
    return any(one[0] == other[1] != other[0] == one[1] for one, other in combinations(sides, 2))


def _sides(place: Place) -> dict[str, str]:
    """Return who gives and who gets, by the words in front; who gets something of nobody has it of who is named first."""
    sides = {key: side for key, names in place.links.items() if (side := _side(names))}
    first = next((word.key for word in place.words if word.tells), "")
    if list(sides.values()) == ["goal"] and first not in sides:
        sides[first] = "source"
    return sides


def _side(links: frozenset[str]) -> str:
    is_source, is_goal = not links.isdisjoint(SOURCES), not links.isdisjoint(GOALS)
    return "" if is_source == is_goal else "source" if is_source else "goal"


def _is_too_exact(own: Place, part: Place) -> bool:
    """Whether a number is "exactly" so for which the passage has a bound, or only about that number."""
    exact = {word.key for at, word in enumerate(own.words) if word.is_number and _has(own.words, at, EXACT)}
    places = [at for at, word in enumerate(part.words) if word.key in exact]
    return bool(places) and all(_has(part.words, at, BOUNDED) for at in places)


def _has(words: Part, at: int, names: frozenset[str]) -> bool:
    return any(word.name in names for word in words[max(0, at - REACH_OF_LINK) : at])


_DIFFERS = (
    _is_of_other_voice,
    _is_reversed,
    _is_of_before,
    _is_of_other_end,
    _is_of_other_office,
    is_one_of_two,
    is_paired_otherwise,
    is_unlike,
    _has_other_link,
)
