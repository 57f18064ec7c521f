"""Whether two words have changed places: "Alice reports to Bob" where the passage has "Bob reports to Alice". Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from app.answering.support.reading import ReadSentence

# Of the four neighbours of two words, this many must be the other word's.
_ENOUGH_NEIGHBOURS = 3
# Joined words may come in either order.
_JOINING = frozenset(
    ("and", "or", "und", "oder", "et", "ou", "y", "e", "o", "и", "или", "och", "og", "en", "of")
)


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
    return any(word.token.folded in _JOINING for word in sentence.words[first + 1 : second])


def _alike(sentence: ReadSentence, place: int, other: ReadSentence, other_place: int) -> int:
    """Return how many of the two neighbours are the same; the end of a sentence is one."""
    pairs = zip(_neighbours(sentence, place), _neighbours(other, other_place), strict=True)
    return sum(ours == theirs for ours, theirs in pairs)


def _neighbours(sentence: ReadSentence, place: int) -> Iterator[str]:
    for near in (place - 1, place + 1):
        yield sentence.words[near].stem if 0 <= near < len(sentence.words) else ""
