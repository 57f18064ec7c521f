"""Whether a statement relates things otherwise than its passage: who does it to whom, from where to where, and by how much exactly. Pure.

All words of "the firm was sued by Berg" stand in "the firm sued Berg", and in the same order. So the few words between the
telling ones count here as well: the prepositions, and the auxiliary verb of a passive.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, takewhile

from app.answering.support.agreement import is_only_conditional
from app.answering.support.layout import NEAR, REACH_OF_LINK, Part, Place, Placed, Thing, laid_out
from app.answering.support.phrases import JOINING
from app.answering.support.places import has_rival, holds
from app.answering.support.quantifiers import (
    is_compared_otherwise,
    is_of_all_for_some,
    is_of_all_limited,
    is_of_other_group,
    is_of_others,
    is_of_short_clause,
    is_one_of_two,
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
    LESSER,
    ONCE,
    OPENS,
    SPEECH,
    STARTS,
    WAS,
)

# A statement of more words seldom says one thing.
_MOST_WORDS = 60
# The lengths of " ", " a ", " an " and " the ".
_NO_MARK = (1, 3, 4, 5)
# In these languages who does it stands in front of the verb, and to whom behind it.
_VERB_BETWEEN = ("eng", "fra")


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
        if language in _VERB_BETWEEN and (_has_other_role(own, stored) or _has_other_subject(own, stored)):
            return True
    return False


def _is_of_another(own: Place, laid: Sequence[tuple[Place, Sequence[Place]]]) -> bool:
    stored = [whole for whole, _ in laid]
    return (
        has_rival(own, laid)
        or is_of_short_clause(own, [clauses for _, clauses in laid])
        or is_of_other_group(own, laid)
        or is_of_all_limited(own, stored)
        or _is_of_other_verb(own, stored)
        or _is_by_other(own, stored)
    )


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
    if (own.names | part.names).isdisjoint(BY) or len(own.telling & part.telling) <= NEAR:
        return False
    ours, theirs = own.deeds, part.deeds
    return any(
        ours[verb].is_passive != other.is_passive
        and not ours[verb].before.isdisjoint(other.before)
        and not ours[verb].behind.isdisjoint(other.behind)
        for verb, other in theirs.items()
        if verb in ours
    )


def _is_reversed(own: Place, part: Place) -> bool:
    """Whether it goes "from 11 to 5" where the passage has "from 5 to 11"."""
    ours, theirs = set(own.ways), set(part.ways)
    return any((end, start) in theirs and (start, end) not in theirs for start, end in ours)


def _is_of_before(own: Place, part: Place) -> bool:
    """Whether a statement has as it is now what the passage says was changed: "moved from Monday to Friday"."""
    if part.names.isdisjoint(CHANGES) or not own.names.isdisjoint(ONCE):
        return False
    return any(
        own.telling.issuperset(start)
        and own.telling.isdisjoint(end)
        and len(own.telling & part.telling) > len(start)
        for start, end in part.ways
    )


def _is_of_other_end(own: Place, part: Place) -> bool:
    """Whether something opens when it closes: "open from 9 to 18", and "opens at 18", "from 18" or "until 9"."""
    for start, end in part.ways:
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
        or _are_swapped(own.sides, part.sides)
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


def _is_too_exact(own: Place, part: Place) -> bool:
    """Whether a number is "exactly" so for which the passage has a bound, or only about that number."""
    exact = {word.key for at, word in enumerate(own.words) if word.is_number and _has(own.words, at, EXACT)}
    places = [at for at, word in enumerate(part.words) if word.key in exact]
    return bool(places) and all(_has(part.words, at, BOUNDED) for at in places)


def _has(words: Part, at: int, names: frozenset[str]) -> bool:
    return any(word.name in names for word in words[max(0, at - REACH_OF_LINK) : at])


def _is_of_other_verb(own: Place, stored: Sequence[Place]) -> bool:
    """Whether something "made up 12 %" that "grew 12 % and made up 40 %"."""
    said = {thing.key for thing in own.things}
    for first, number in own.pairs:
        if first.kind != "word" or number.kind != "number":
            continue
        holding = [part for part in stored if number.key in {thing.key for thing in part.things}]
        if holding and all(
            any(
                one.key == first.key and other.key not in said and other.unit == number.unit
                for one, other in part.pairs
            )
            and all(
                one.kind == "word" and one.key not in said and JOINING.isdisjoint(other.between)
                for one, other in part.pairs
                if other.key == number.key
            )
            for part in holding
        ):
            return True
    return False


def _is_by_other(own: Place, stored: Sequence[Place]) -> bool:
    """Whether "succeeded by Holt", or "succeeded Cole", is said where Holt is "succeeded by Cole"."""
    agents = {agent for part in stored for agent in _agents(part)}
    suffered = {(verb, name) for name, verb in _suffered(own)}
    return not agents.isdisjoint(suffered) or any(
        (verb, agent) not in agents and any(deed == verb and other in own.telling for deed, other in agents)
        for verb, agent in _agents(own)
    )


def _agents(part: Place) -> Iterator[tuple[str, str]]:
    """Yield each verb in front of a "by" with the name behind it."""
    for at, (verb, by) in enumerate(pairwise(part.words[:-1])):
        agent = part.words[at + 2]
        if by.name in BY and verb.tells and agent.tells and agent.is_name:
            yield verb.key, agent.key


def _has_other_subject(own: Place, stored: Sequence[Place]) -> bool:
    """Whether somebody does what somebody else does in the passage, where he is named only later in the sentence."""
    names = list(takewhile(lambda word: word.is_name and not word.is_number, own.words))
    verb = next((word for word in own.words[len(names) :] if word.tells), None)
    if not names or verb is None or not _may_be_deed(verb) or verb.name in SPEECH:
        return False
    at = own.words.index(verb)
    # "Heron has a budget" has no such verb, nor has "the Heron project is late".
    is_noun = any(word.name in BE for word in own.words[at + 1 : at + 2])
    if is_noun or any(two.start > one.end + 1 for one, two in pairwise(own.words[len(names) - 1 : at + 1])):
        return False
    last = names[-1].key
    naming = [part for part in stored if {last, verb.key} <= part.telling]
    return bool(naming) and all(_is_named_behind(last, verb.key, part, own) for part in naming)


def _is_named_behind(name: str, verb: str, part: Place, own: Place) -> bool:
    """Whether a name stands behind a verb, and not next to it, and another one in front."""
    keys = [word.key for word in part.words]
    at = keys.index(verb)
    places = [place for place, key in enumerate(keys) if key == name]
    between = [word for word in part.words[at + 1 : places[0]] if word.tells and not word.is_name]
    is_other_named = not own.telling.issuperset(word.key for word in part.words[:at] if word.is_name)
    is_there = keys.count(verb) == 1 and places[0] > at and part.words[places[0]].is_name
    return is_there and bool(between) and is_other_named


_DIFFERS = (
    _is_of_other_voice,
    _is_reversed,
    _is_of_before,
    _is_of_other_end,
    _is_of_other_office,
    is_one_of_two,
    is_paired_otherwise,
    is_unlike,
    is_compared_otherwise,
    _has_other_link,
)
