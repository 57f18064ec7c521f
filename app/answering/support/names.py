"""The names of a statement that a passage does not have. Pure.

A capital letter shows a name, but it also begins a sentence, a noun in German and the words of a title. A word that has
one for such a reason is taken for a name only where the passage lacks next to nothing else, and has another in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
