"""Words and phrases that take a side in a matter, such as "more", "before" and "at least", with what stands beside them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.answering.support.number_words import SPELLED, SUFFIX_ONLY, spelled
from app.answering.support.opposites import RISING, SIDED, SIDES, TURNED_BY_NOT, UNSPACED_OPPOSITES, Side
from app.answering.support.phrases import BY_FIRST_WORD, JOINING
from app.answering.support.tokens import Token

# What a word is about stands within this many words behind it, or in front of it.
REACH_AHEAD = 4
REACH_BACK = 2
_STANDING_IN = frozenset(("one", "ones"))


class Word(NamedTuple):
    """A word of a sentence: as written, folded, its stem, and its weight (0 for a frequent word)."""

    token: Token
    stem: str
    weight: float
    negates: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A word that takes a side in a matter, as "more" does, with the stems of the telling words beside it.

    The words of a phrase, such as "at least", have none beside them. `near` has those a little further away, too.
    """

    stem: str
    matter: str
    side: int
    beside: frozenset[str]
    near: tuple[Word, ...]

    @property
    def around(self) -> frozenset[str]:
        """The stems of the telling words near it. Few are asked for."""
        return frozenset(word.stem for word in self.near if word.weight)


def phrases_in(words: Sequence[Word], language: str) -> dict[int, Side]:
    """Return place → side of the words of phrases. "By 5" and "to 5" differ where something rises or falls."""
    phrases = _phrases_of(_phrase_words(words, language))
    if not any(side[0] == "change" for side in phrases.values()) or any(
        word.token.folded in RISING for word in words
    ):
        return phrases
    return {place: side for place, side in phrases.items() if side[0] != "change"}


def _phrases_of(words: Sequence[str]) -> dict[int, Side]:
    """Return place → side of the words of phrases, but for numbers.

    The words are a sentence's, folded; numbers are #, and the signs of units an empty word.
    """
    if BY_FIRST_WORD.keys().isdisjoint(words):
        return {}
    spoken = [place for place, word in enumerate(words) if word]
    return {
        spoken[place]: side
        for first, length, side in _found([words[place] for place in spoken])
        for place in range(first, first + length)
        if words[spoken[place]] != "#"
    }


def _found(words: Sequence[str]) -> Iterator[tuple[int, int, Side]]:
    """Yield the first place, the length and the side of each phrase."""
    free = 0
    for place, word in enumerate(words):
        for phrase, side in BY_FIRST_WORD.get(word, ()) if place >= free else ():
            if words[place : place + len(phrase)] == phrase:
                free = place + len(phrase)
                yield place, len(phrase), side
                break


def _phrase_words(words: Sequence[Word], language: str) -> list[str]:
    """Return how phrases know the words: all numbers are one, and signs of units are nothing."""
    return [
        "#" if _is_number(word.token, language) else "" if word.token.kind == "sign" else word.token.folded
        for word in words
    ]


def _is_number(token: Token, language: str) -> bool:
    if token.kind == "number":
        return True
    word = token.folded
    return word in SPELLED and word not in SUFFIX_ONLY and spelled(word, language) is not None


def turns_of(words: Sequence[Word], phrases: Mapping[int, Side]) -> Iterator[Turn]:
    """Yield the words of a sentence that take a side, and its phrases, given by the places of their words."""
    beside: frozenset[str] = frozenset()
    of_matter: dict[str, frozenset[str]] = {}
    for place, word in enumerate(words):
        if place in phrases:
            yield Turn(word.stem, *phrases[place], frozenset(), ())
        elif word.token.folded in SIDED:
            is_negated = any(other.negates for other in words[max(0, place - REACH_BACK) : place])
            # What "opens at 9 and closes at 6" is said of stands before the first.
            is_joined = place > 0 and words[place - 1].token.folded in JOINING
            shared = beside if is_joined else frozenset()
            beside = shared.union(other.stem for other in _next_to(words, place) if other.weight)
            near = _around(words, place)
            # "Optional ones" are what "compulsory subjects" are.
            stands_in = place + 1 < len(words) and words[place + 1].token.folded in _STANDING_IN
            for matter, side in _sides_of_word(word.token.folded, is_negated=is_negated):
                of_matter[matter] = beside | (
                    of_matter.get(matter, frozenset()) if stands_in else frozenset()
                )
                yield Turn(word.stem, matter, side, of_matter[matter], near)
            if _is_most_of(words, place):
                yield Turn(word.stem, "all", 1, beside, near)


def _is_most_of(words: Sequence[Word], place: int) -> bool:
    """Whether "most" counts, as in "most birds", and does not compare, as in "most famous"."""
    following = words[place + 1].token.folded if place + 1 < len(words) else ""
    is_first = place == 0 or words[place].token.is_capital
    return (
        words[place].token.folded == "most"
        and is_first
        and following.endswith("s")
        and not following.endswith(("ss", "us"))
    )


def _next_to(words: Sequence[Word], place: int) -> Iterator[Word]:
    """Yield the words before and behind, over an "and" in between."""
    for step in (-1, 1):
        near = place + step
        if 0 < near < len(words) - 1 and words[near].token.folded in JOINING:
            near += step
        if 0 <= near < len(words):
            yield words[near]


def _around(words: Sequence[Word], place: int) -> tuple[Word, ...]:
    return (*words[max(0, place - REACH_AHEAD) : place], *words[place + 1 : place + 1 + REACH_AHEAD])


def _sides_of_word(word: str, *, is_negated: bool) -> list[Side]:
    """Return on which side of which matters a folded word of SIDED stands: "more" on the first of amounts."""
    sides = SIDES[word]
    if not is_negated:
        return sides
    return [(matter, 1 - side) for matter, side in sides if matter in TURNED_BY_NOT]


def sides_without_spaces(text: str) -> set[Side]:
    """Return on which side of which matters a text in a script without spaces stands."""
    if text.isascii():
        return set()
    return {
        (f"unspaced {number}", side)
        for number, pair in enumerate(UNSPACED_OPPOSITES)
        for side, marks in enumerate(pair)
        if any(mark in text for mark in marks)
    }
