"""The text of a chunk that a statement rests on: what both say word for word, or the chunk's sentence. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.support.reading import ReadSentence
from app.answering.support.tokens import Token, tokens_of

# Fewer words are a scrap, unless the statement has no more.
_SHORTEST = 4
_LONGEST = 400
# A statement is a quotation when it says at least this share word for word.
_QUOTED = 0.8


@dataclass(frozen=True, slots=True)
class Quote:
    """Text of a chunk, and whether the statement says it word for word."""

    text: str
    is_whole: bool


def find_quote(statement: str, chunk: str, sentences: Sequence[ReadSentence]) -> Quote:
    """Return the longest run of words that both have; else the sentence, of those it rests on, that shares most."""
    said, stored = _words(statement), _words(chunk)
    headers = [sentence for sentence in sentences if sentence.is_header]
    quotable = [
        "" if any(row.start <= word.start < row.end for row in headers) else word.folded for word in stored
    ]
    start, size = _longest_run([word.folded for word in said], quotable)
    if size and size >= min(_SHORTEST, len(said)):
        text = chunk[stored[start].start : stored[start + size - 1].end]
        return Quote(text, size >= _QUOTED * len(said))
    rest = [sentence for sentence in sentences if not sentence.is_header]
    return Quote(_closest(said, chunk, rest), is_whole=False)


def _words(text: str) -> Sequence[Token]:
    """Return the words of a text; scripts without spaces count by the character."""
    tokens = tokens_of(text)
    if text.isascii():
        return tokens
    return [word for token in tokens for word in _letters(token)]


def _letters(token: Token) -> list[Token]:
    if token.kind != "run":
        return [token]
    return [
        Token("run", letter, letter, place, place + 1) for place, letter in enumerate(token.text, token.start)
    ]


def _longest_run(said: Sequence[str], stored: Sequence[str]) -> tuple[int, int]:
    """Return where in `stored` the longest run of `said` begins, and its length."""
    places = defaultdict(list)
    for place, word in enumerate(stored):
        places[word].append(place)
    best_end = most = 0
    runs: dict[int, int] = {}
    for word in said:
        runs = {place: runs.get(place - 1, 0) + 1 for place in places.get(word, ())}
        for place, size in runs.items():
            if size > most:
                best_end, most = place + 1, size
    return best_end - most, most


def _closest(said: Sequence[Token], chunk: str, sentences: Sequence[ReadSentence]) -> str:
    words = {word.folded for word in said}
    shared = [len(words & {word.token.folded for word in sentence.words}) for sentence in sentences]
    if not any(shared):
        return ""
    sentence = sentences[shared.index(max(shared))]
    inside = [word.token for word in sentence.words if word.token.end <= sentence.start + _LONGEST]
    if len(inside) < _SHORTEST:
        return ""
    return chunk[inside[0].start : inside[-1].end]
