"""What must agree besides words and numbers: names, the order of words, and what the header of a table says of a row. Pure.

A capital letter shows a name, but it also begins a sentence, a noun in German and the words of a title. A word that has
one for such a reason is taken for a name only where the passage lacks next to nothing else, and has another in its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from app.answering.support.number_words import ROMAN
from app.answering.support.phrases import JOINING
from app.answering.support.reading import ReadSentence, Word
from app.core.folding import folded
from app.core.rarity import rarity

# More frequent words ("Start", "South", "States") are capital in titles as well.
_RARE = 0.55
# A frequent word is part of a title when another capital letter is at most this many words away.
_TITLE = 1
# A passage that lacks more of a statement's other words, of all, says it in words of its own.
_NEXT_TO_NOTHING = 0.1
_NOUNS_ARE_CAPITAL = frozenset(["deu", "ltz"])
_LONGEST_ACRONYM = 6
_SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class _Name:
    """A word with a capital letter, the words around it, and whether it can be but a name.

    `following` is the word right behind it if that has a capital letter, too.
    """

    word: Word
    before: str
    behind: str
    following: Word | None
    is_sure: bool


def name_missing(
    said: Sequence[ReadSentence],
    sentences: Sequence[ReadSentence],
    *,
    lacking: Mapping[str, float],
    language: str,
) -> bool:
    """Whether a name is not in the passage; `lacking` are the other terms that it has not, as shares of all."""
    names = [name for sentence in said for name in _names(sentence, language)]
    if not names:
        return False
    stored = {word.stem for sentence in sentences for word in sentence.words}
    missing = [name for name in names if name.word.stem not in stored]
    if not missing:
        return False
    words = [word for sentence in sentences for word in sentence.words]
    spelled = [folded(word.token.folded) for word in words]
    # "The cardiothoracic ratio (CTR)" says itself what the letters stand for.
    initials = "".join(word[0] for word in spelled) + " " + _initials(said)
    missing = [
        name for name in missing if not (_is_there(name.word, spelled, initials) or _is_left_out(name, words))
    ]
    if any(name.is_sure for name in missing):
        return True
    others = sum(lacking.values()) - sum(
        lacking.get(stem, 0) for stem in {name.word.stem for name in missing}
    )
    return others < _NEXT_TO_NOTHING and any(_is_replaced(name, words) for name in missing)


def _is_replaced(name: _Name, words: Sequence[Word]) -> bool:
    """Whether the passage has another word with a capital letter beside the same word."""
    return any(
        (one.stem == name.before and other.token.is_capital)
        or (other.stem == name.behind and one.token.is_capital)
        for one, other in pairwise(words)
        if one.stem != other.stem
    )


def _names(sentence: ReadSentence, language: str) -> list[_Name]:
    words = [word for word in sentence.words if word.token.kind == "word"]
    names = []
    for place, word in enumerate(words):
        if not (word.token.is_capital and word.weight):
            continue
        near = words[max(0, place - _TITLE) : place] + words[place + 1 : place + 1 + _TITLE]
        is_rare = rarity(word.token.folded) > _RARE
        if not (is_rare or _is_acronym(word)) and any(other.token.is_capital for other in near):
            continue
        following = next((other for other in words[place + 1 : place + 2] if _is_next(word, other)), None)
        is_sure = _is_acronym(word) or (
            (place > 0 or following is not None) and language not in _NOUNS_ARE_CAPITAL
        )
        before, behind = (
            next((other.stem for other in beside), "")
            for beside in (words[place - 1 : place], words[place + 1 : place + 2])
        )
        names.append(_Name(word, before, behind, following, is_sure))
    return names


def _is_next(word: Word, other: Word) -> bool:
    return other.token.is_capital and other.weight > 0 and other.token.start == word.token.end + 1


def _is_acronym(word: Word) -> bool:
    if word.token.text in ROMAN:
        return False
    return word.token.text.removesuffix("s").isupper() and 1 < len(word.token.text) <= _LONGEST_ACRONYM


def _is_left_out(name: _Name, words: Sequence[Word]) -> bool:
    """Whether a first name is left out: the passage has the name behind it, and nothing in front."""
    if name.following is None or rarity(name.following.token.folded) <= _RARE:
        return False
    places = [place for place, word in enumerate(words) if word.stem == name.following.stem]
    return bool(places) and not any(
        place and words[place - 1].token.is_capital and _is_next(words[place - 1], words[place])
        for place in places
    )


def _initials(said: Sequence[ReadSentence]) -> str:
    return "".join(folded(word.token.folded)[0] for sentence in said for word in sentence.words)


def _is_there(word: Word, spelled: Sequence[str], initials: str) -> bool:
    """Whether a name is found in another form: "France" in "French", "WHO" in its words' first letters."""
    own = folded(word.token.folded)
    if _is_acronym(word):
        return own.removesuffix("s") in initials
    if len(own) < _SHORTEST_BEGINNING:
        return False
    beginning = own[: max(_SHORTEST_BEGINNING, len(own) - 3)]
    return any(other.startswith(beginning) for other in spelled)


# Of the four neighbours of two words, this many must be the other word's.
_ENOUGH_NEIGHBOURS = 3
_EITHER_ORDER = JOINING | {"of"}


def words_exchanged(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> bool:
    """Whether a sentence of the passage has two of the statement's words each where the other one is."""
    return any(_is_exchanged(sentence, other) for sentence in said for other in window)


def _is_exchanged(said: ReadSentence, other: ReadSentence) -> bool:
    ours, theirs = _places(said), _places(other)
    shared = [stem for stem in ours if stem in theirs]
    for first, second in combinations(shared, 2):
        if theirs[first] < theirs[second] or _are_joined(said, ours[first], ours[second]):
            continue
        kept = _alike(said, ours[first], other, theirs[first]) + _alike(
            said, ours[second], other, theirs[second]
        )
        taken = _alike(said, ours[first], other, theirs[second]) + _alike(
            said, ours[second], other, theirs[first]
        )
        if taken >= _ENOUGH_NEIGHBOURS and taken > kept:
            return True
    return False


def _places(sentence: ReadSentence) -> dict[str, int]:
    """Return stem → place of the telling words that a sentence has once, in their order."""
    places: dict[str, int] = {}
    twice: set[str] = set()
    for place, word in enumerate(sentence.words):
        if word.weight and word.stem in places:
            twice.add(word.stem)
        elif word.weight:
            places[word.stem] = place
    return {stem: place for stem, place in places.items() if stem not in twice}


def _are_joined(sentence: ReadSentence, first: int, second: int) -> bool:
    return any(word.token.folded in _EITHER_ORDER for word in sentence.words[first + 1 : second])


def _alike(sentence: ReadSentence, place: int, other: ReadSentence, other_place: int) -> int:
    """Return how many of the two neighbours are the same; the end of a sentence is one."""
    pairs = zip(_neighbours(sentence, place), _neighbours(other, other_place), strict=True)
    return sum(ours == theirs for ours, theirs in pairs)


def _neighbours(sentence: ReadSentence, place: int) -> Iterator[str]:
    for near in (place - 1, place + 1):
        yield sentence.words[near].stem if 0 <= near < len(sentence.words) else ""


# The line of dashes under a header.
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE)
_CELL_END = re.compile(r"[|\t]")


def with_headers(text: str, sentences: Sequence[ReadSentence]) -> Iterator[ReadSentence]:
    """Yield the sentences of a text; each row of a table has the terms and comparisons of the table's header, too."""
    header: ReadSentence | None = None
    for before, sentence, after in zip((None, *sentences), sentences, (*sentences[1:], None), strict=False):
        if not sentence.is_row:
            header = None
        elif before is None or not before.is_row:
            header = sentence if _is_header(text, sentence, after) else None
            if header is not None:
                yield replace(sentence, is_header=True)
                continue
        yield sentence if header is None else _under(text, header, sentence)


def _is_header(text: str, row: ReadSentence, after: ReadSentence | None) -> bool:
    """Whether a table's first row names its columns: a line of dashes says so, or numbers that only the next row has."""
    if after is None or not after.is_row:
        return False
    return _RULE.search(text, row.end, after.end) is not None or bool(after.quantities and not row.quantities)


def _under(text: str, header: ReadSentence, row: ReadSentence) -> ReadSentence:
    names = _cells(text, header)
    refused = [
        frozenset(word.stem for word in names.get(column, ()) if word.weight)
        for column, words in _cells(text, row).items()
        if len(words) == 1 and words[0].negates
    ]
    return replace(
        row,
        terms=header.terms | row.terms,
        sides=header.sides | row.sides,
        turns=(*header.turns, *row.turns),
        refused=tuple(filter(None, refused)),
    )


def _cells(text: str, row: ReadSentence) -> dict[int, list[Word]]:
    """Return the words of a row by the number of the cell that they stand in; empty cells are not in it."""
    ends = [found.start() for found in _CELL_END.finditer(text, row.start, row.end)]
    cells: dict[int, list[Word]] = {}
    for word in row.words:
        column = sum(end < word.token.start for end in ends)
        cells.setdefault(column, []).append(word)
    return cells
