"""A text prepared for comparison: sentences with the stems of their words, their numbers and negations. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import dropwhile, pairwise, takewhile

from app.answering.support.amounts import ONES, RATE, is_unit_in_parts, rates_of
from app.answering.support.certainty import DOUBTING
from app.answering.support.number_words import MONTHS
from app.answering.support.opposites import Side
from app.answering.support.phrases import JOINING
from app.answering.support.polarity import (
    CANNOT,
    DENIALS,
    DENYING,
    EXCEPTION_NOUNS,
    EXCEPTIONS,
    FAILURES,
    LEFT_FOR,
    NEGATING_CHARACTERS,
    NEGATING_ENDINGS,
    NEGATORS,
    NEGATORS_ONLY_IN,
    NO_NEGATORS_IN,
    NOBODY,
    OBJECTS,
    OPPOSING,
    SOFTENING,
    WITH,
)
from app.answering.support.quantities import (
    LEADING,
    MEASURES,
    is_number,
    quantities_of,
    without_quantities,
)
from app.answering.support.tokens import Kind, Quantity, Token, tokens_of
from app.answering.support.turns import (
    REACH_AHEAD,
    REACH_BACK,
    Turn,
    Word,
    phrases_in,
    sides_without_spaces,
    turns_of,
)
from app.answering.support.units import DEGREES, PER, UNITS
from app.core.languages import guess_language
from app.core.rarity import rarity
from app.core.stemming import stem
from app.core.text import KEPT_WORDS, pairs, sentence_ends

# Rarer words tell something: "year" does, "the" and "which" do not.
_TELLING = 0.25
_LINE_END = re.compile(r"\n(?=\s*(?:\||[-*•+>]\s|\d{1,3}[.)]\s|\n|[^\n\t]*\t))")
# A line of a table.
_ROW = re.compile(r"^[ \t]*\|[^\n]*|^[^\n]*\t[^\n]*", re.MULTILINE)
_RATE_WEIGHT = 0.5
# "Order no.: 7" denies nothing.
_NUMBER_SIGN = re.compile(r"no\.(?=:|\s*\d|\s*[|\t])", re.IGNORECASE)
_BUT = frozenset(("but", "and", "aber", "jedoch", "mais", "pero", "ma", "mas", "ale", "но", "maar", "men"))
# "Not only" denies nothing.
_ONLY = frozenset(
    ("only", "nur", "seulement", "solo", "solamente", "soltanto", "apenas", "только", "alleen", "bara")
)


# What a column of a table is called, and what a row has in it.
Column = tuple[frozenset[str], frozenset[str]]


# By identity, because what is found out of a sentence is remembered, with it or under it (see `layout`).
@dataclass(frozen=True, eq=False)
class ReadSentence:
    """A sentence with what is compared; `terms` are stems and, of scripts without spaces, pairs of characters.

    A row of a table is one, too. `refused` has, for each column in which it says no, the stems of its name, and `columns` the
    name and the cell of each column (see `tables`).
    """

    start: int
    end: int
    words: tuple[Word, ...]
    terms: dict[str, float]
    quantities: tuple[Quantity, ...]
    sides: frozenset[Side]
    run_negations: int
    denies: bool
    is_row: bool
    turns: tuple[Turn, ...]
    is_header: bool = False
    refused: tuple[frozenset[str], ...] = ()
    columns: tuple[Column, ...] = ()

    @cached_property
    def rates(self) -> frozenset[str]:
        """The periods of what happens so often, and of amounts for so long."""
        return frozenset(term for term in self.terms if term.startswith(RATE))

    @cached_property
    def tells_fact(self) -> bool:
        """Whether it has no word for what is claimed, planned, to come or over."""
        return not any(word.token.kind == "run" or word.token.folded in DOUBTING for word in self.words)

    @cached_property
    def negated(self) -> frozenset[str]:
        """The stems right behind or before each negation, and of the columns in which a row says no."""
        heads = (stem for ahead, back in self.negation_heads() for stem in (*ahead[:1], *back))
        return frozenset(heads).union(*self.refused)

    @cached_property
    def excepted(self) -> frozenset[str]:
        """What an exception leaves out, unless the sentence also negates."""
        words = [word.token.folded for word in self.words if word.negates]
        if not words or not EXCEPTIONS.issuperset(words):
            return frozenset()
        heads = {stem for ahead, _ in self.negation_heads() for stem in ahead[:1]}
        last = max(place for place, word in enumerate(self.words) if word.negates)
        # "Except for books and gift cards".
        behind = self.words[last + 1 : last + 2 + REACH_AHEAD]
        joined = dropwhile(lambda word: word.token.folded not in JOINING, behind)
        return frozenset(heads.union(word.stem for word in joined if word.weight))

    @cached_property
    def left_out(self) -> frozenset[str]:
        """What a "but not" or an exception leaves out: "c" of "it reads a and b, but not c"."""
        return frozenset(
            stem
            for place, word in enumerate(self.words)
            if word.negates
            and (word.token.folded in EXCEPTIONS or (place and self.words[place - 1].token.folded in _BUT))
            for stem in self._behind(place)[:1]
        )

    def negation_heads(self, *, with_left_for: bool = True) -> Iterator[tuple[list[str], list[str]]]:
        """Yield what each negation is about: the telling words behind it, and the one in front.

        Those of "instead of" only if asked for. An exception has none in front. "None except humans" says it of humans, so there it is no negation.
        """
        negations = [place for place, word in enumerate(self.words) if word.negates]
        exceptions = {place for place in negations if self.words[place].token.folded in EXCEPTIONS}
        for place in negations:
            following = self.words[place + 1].token.folded if place + 1 < len(self.words) else ""
            if place not in exceptions and following not in _ONLY:
                yield self._behind(place), self._before(place)[-1:]
            elif (
                place in exceptions
                and len(exceptions) == len(negations)
                and (with_left_for or self.words[place].token.folded not in LEFT_FOR)
            ):
                yield self._behind(place), []

    @cached_property
    def of_nobody(self) -> frozenset[str]:
        """What no one is or does: "test" and "fail" of "none of the tests failed"."""
        return frozenset(
            stem
            for place, word in enumerate(self.words)
            if word.token.folded in NOBODY
            for stem in self._behind(place, joined=False)
        )

    @cached_property
    def who_cannot(self) -> frozenset[str]:
        """Of whom it is said at the end that they do not: "penguin" of "birds fly, but penguins cannot"."""
        return frozenset(
            stem
            for place, word in enumerate(self.words)
            if word.token.folded in CANNOT and not self._behind(place)
            for stem in self._before(place)[-1:]
        )

    @cached_property
    def done_to_nobody(self) -> frozenset[str]:
        """What is done to nobody: "injure" of "injured nobody" and "injured no one". A cell of a table is no object."""
        return frozenset(
            verb.stem
            for place, (verb, word) in enumerate(pairwise(self.words), start=1)
            if word.token.folded in OBJECTS and verb.weight and not (self.is_row or self._behind(place)[:1])
        )

    def denies_of(self, things: Sequence[str]) -> bool:
        """Whether a negation may be about these things: none of them stands in another part of the sentence only.

        "It helps with pain, but not with fever" does not deny that it helps with pain.
        """
        if self.is_row or self.terms.keys().isdisjoint(things):
            return True
        return any(
            any(map(_denies_in_part, part)) and any(word.stem in things for word in part)
            for part in self._parts()
        )

    def affirms(self, head: str, things: AbstractSet[str]) -> bool:
        """Whether a part without a negation has a word, and all these things that a negation of that word speaks of.

        "It does not cover floods, but covers storms" affirms that it covers storms.
        """
        denied = {
            stem for ahead, _ in self.negation_heads() if head in ahead for stem in ahead if stem in things
        }
        return any(
            denied <= {word.stem for word in part}
            for part in self._parts()
            if part[:1]
            and part[0].token.folded not in SOFTENING
            and any(word.stem == head for word in part)
            and not any(map(_denies_in_part, part))
        )

    def _parts(self) -> Iterator[list[Word]]:
        """Yield what stands between words such as "but"."""
        part: list[Word] = []
        for word in self.words:
            if word.token.folded in OPPOSING:
                yield part
                part = []
            part.append(word)
        yield part

    @cached_property
    def not_so(self) -> frozenset[str]:
        """What is negated, and what is not done though no negation says so: "file" of "failed to file"."""
        return self.negated.union(self.failures())

    def failures(self) -> Iterator[str]:
        """Yield what each failure is about."""
        for place, word in enumerate(self.words):
            if word.token.folded in FAILURES:
                yield from self._behind(place)[:1]

    def _behind(self, place: int, *, joined: bool = True) -> list[str]:
        words = self.words[place + 1 : place + 1 + REACH_AHEAD]
        if not joined:
            words = tuple(takewhile(lambda word: word.token.folded not in JOINING, words))
        return [word.stem for word in words if word.weight and word.token.folded not in SOFTENING]

    def negated_at(self, place: int) -> list[str]:
        """Return what the negation at a place is about."""
        return self._behind(place)[:1]

    def _before(self, place: int) -> list[str]:
        return [word.stem for word in self.words[max(0, place - REACH_BACK) : place] if word.weight]


def _denies_in_part(word: Word) -> bool:
    return word.negates or word.token.folded in DENYING


@lru_cache(maxsize=256)
def read(text: str, language: str | None = None) -> tuple[ReadSentence, ...]:
    """Return the sentences of a statement or a heading; the language is recognised where none is given."""
    return read_sentences(text, language)


def read_sentences(text: str, language: str | None) -> tuple[ReadSentence, ...]:
    """Return what `read` does, which is not kept."""
    spoken = language or guess_language(text)
    tokens = tokens_of(text)
    words = [Word(token, *_entry(token.folded, token.kind, spoken)) for token in tokens]
    for place, token in enumerate(tokens):
        if token.folded in MEASURES and _is_measure(tokens, place, spoken):
            words[place] = words[place]._replace(weight=0.0)
        elif words[place].negates and _denies_nothing(text, words, place):
            words[place] = words[place]._replace(negates=False)
    for place, period in rates_of(text, tokens):
        words[place] = words[place]._replace(stem=RATE + period, weight=_RATE_WEIGHT)
        if place and tokens[place - 1].folded in PER:
            words[place - 1] = words[place - 1]._replace(weight=0.0)
    return tuple(_sentences(text, words, spoken))


def _sentences(text: str, words: Sequence[Word], language: str) -> Iterator[ReadSentence]:
    rows = [found.span() for found in _ROW.finditer(text)]
    start = place = 0
    for border in _borders(text, rows):
        first = place
        while place < len(words) and words[place].token.start < border:
            place += 1
        if place > first:
            opening = words[first].token.start
            is_row = any(begin <= opening < end for begin, end in rows)
            yield _sentence(text[start:border], words[first:place], start, is_row=is_row, language=language)
        start = border


def _borders(text: str, rows: Sequence[tuple[int, int]]) -> list[int]:
    """Return where sentences end; rows of tables and items of lists end with their lines, paragraphs with theirs."""
    lines = {found.end() for found in _LINE_END.finditer(text)}
    ends = {place for place in sentence_ends(text) if not any(begin < place < end for begin, end in rows)}
    return sorted({*ends, *lines, len(text)})


def _sentence(text: str, words: Sequence[Word], start: int, *, is_row: bool, language: str) -> ReadSentence:
    phrases = phrases_in(words, language)
    bare = list(words)
    for place in phrases:
        bare[place] = words[place]._replace(negates=False)
    turns = tuple(turns_of(bare, phrases))
    sides = {(turn.matter, turn.side) for turn in turns} | sides_without_spaces(text)
    return ReadSentence(
        start,
        start + len(text),
        tuple(bare),
        terms_of(bare),
        tuple(quantities_of([word.token for word in words], language)),
        frozenset(sides),
        sum(_negations_in_run(word.token.folded) for word in words if word.token.kind == "run"),
        _denies(word.token.folded for word in words),
        is_row,
        turns,
    )


def terms_of(words: Sequence[Word]) -> dict[str, float]:
    """Return the terms of words with their weights."""
    terms: dict[str, float] = {}
    for place, word in enumerate(words):
        if word.token.kind == "run":
            follows_number = place > 0 and words[place - 1].token.kind == "number"
            for part in without_quantities(word.token.folded, follows_number=follows_number):
                terms |= dict.fromkeys(pairs(part) or [part], 0.5)
        elif word.weight:
            terms[word.stem] = word.weight
    return terms


def _denies_nothing(text: str, words: Sequence[Word], place: int) -> bool:
    """Whether a word that mostly negates does not: "order no. 7", and "raises an exception" or "without exception"."""
    token = words[place].token
    if token.folded in EXCEPTION_NOUNS:
        before = words[max(0, place - REACH_BACK) : place]
        return WITH.isdisjoint(word.token.folded for word in before)
    if token.folded in LEFT_FOR:
        following = words[place + 1].token.folded if place + 1 < len(words) else ""
        return not following.startswith(LEFT_FOR[token.folded])
    return token.folded == "no" and _NUMBER_SIGN.match(text, token.start) is not None


def _is_measure(tokens: Sequence[Token], place: int, language: str) -> bool:
    """Whether a word is a number, or its sign, unit or month: it is compared with the number, and may tell something elsewhere."""
    word = tokens[place].folded
    if is_number(tokens, place, language):
        return True
    if is_unit_in_parts(tokens, place):
        return True
    if word in LEADING:
        return place + 1 < len(tokens) and _is_counting(tokens, place + 1, language)
    if word not in UNITS and word not in MONTHS and word not in DEGREES:
        return False
    # "25 degrees Celsius", "half an hour".
    before = 2 if place and (tokens[place - 1].folded in DEGREES or tokens[place - 1].folded in ONES) else 1
    near = (*range(max(0, place - before), place), *range(place + 1, min(place + 2, len(tokens))))
    return any(_is_counting(tokens, other, language) for other in near)


def _is_counting(tokens: Sequence[Token], place: int, language: str) -> bool:
    return tokens[place].kind in ("number", "sign") or is_number(tokens, place, language)


@lru_cache(maxsize=KEPT_WORDS)
def _entry(word: str, kind: Kind, language: str) -> tuple[str, float, bool]:
    """Return the stem of a folded token, its weight, and whether it negates.

    The weight is 0 for all but words, for single letters and for frequent words.
    """
    bare = _without_genitive(word)
    weight = rarity(bare) if kind == "word" and len(word) > 1 else 0.0
    return stem(bare, language), weight if weight > _TELLING else 0.0, _is_negator(word, language)


def _without_genitive(word: str) -> str:
    return word.removesuffix("'s")


def _is_negator(word: str, language: str) -> bool:
    """Whether a folded word negates in a language."""
    if word.endswith("n't") or (language == "fra" and word.startswith("n'")):
        return True
    if word not in NEGATORS or word in NO_NEGATORS_IN.get(language, ()):
        return False
    return word not in NEGATORS_ONLY_IN or language in NEGATORS_ONLY_IN[word].split()


def _denies(words: Iterable[str]) -> bool:
    """Whether one of these folded words says no without a negation."""
    return not DENIALS.isdisjoint(words)


def _negations_in_run(run: str) -> int:
    """Return how often a run of a script without spaces negates."""
    return sum(letter in NEGATING_CHARACTERS for letter in run) + sum(map(run.count, NEGATING_ENDINGS))
