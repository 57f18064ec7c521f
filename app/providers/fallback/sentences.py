"""The best sentences of snippets for a question: quoted, never written anew. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.types import Snippet
from app.providers.fallback.words import rarity, stem, word_counts

_SENTENCE_END = re.compile(
    r"""(?<=[.!?…])["'”’»)\]]*\s+|(?<=[。！？])["'”’」』）]*|\s*\n\s*\n\s*|\n(?=[#|*-])"""
)
_MARKDOWN = re.compile(r"^(?:#{1,6}|[-*•>]|\d{1,2}[.)])\s+|\*\*|__|`")
_MARKER = re.compile(r"\s*\[\d{1,3}(?:\s?,\s?\d{1,3})*\]")
_LONGEST_SENTENCE = 300
_MOST_SENTENCES = 3

# A sentence answers when it holds so much of what the question's words tell, and as much as the best one nearly.
_ENOUGH = 0.18
_NEAR_BEST = 0.6
_SAME = 0.7


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a snippet, fit to stand in an answer before its marker."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    quoted: Quoted
    stems: frozenset[str]
    score: float
    place: int


def best_sentences(question: str, snippets: Sequence[Snippet]) -> list[Quoted]:
    """Return up to three sentences that share most of the question's telling words; none when none does."""
    asked = _weights(question)
    total = sum(asked.values())
    if not total:
        return []

    candidates = sorted(_candidates(asked, total, snippets), key=lambda found: (-found.score, found.place))
    if not candidates or candidates[0].score < _ENOUGH:
        return []
    chosen: list[_Candidate] = []
    for candidate in candidates:
        if len(chosen) == _MOST_SENTENCES or candidate.score < _NEAR_BEST * candidates[0].score:
            break
        if not any(_overlap(candidate.stems, other.stems) > _SAME for other in chosen):
            chosen.append(candidate)
    return [candidate.quoted for candidate in chosen]


def _candidates(asked: dict[str, float], total: float, snippets: Sequence[Snippet]) -> list[_Candidate]:
    found: list[_Candidate] = []
    for snippet in snippets:
        for sentence in _sentences(snippet.text):
            stems = frozenset(_weights(sentence))
            shared = sum(weight for word, weight in asked.items() if word in stems)
            if shared:
                score = shared / total * (1 + 0.3 * snippet.score)
                found.append(_Candidate(Quoted(snippet.n, sentence), stems, score, len(found)))
    return found


def _sentences(text: str) -> list[str]:
    parts = (_tidy(part) for part in _SENTENCE_END.split(text))
    return [_shortened(part) for part in parts if len(part) > 1]


def _tidy(sentence: str) -> str:
    """Return a sentence on one line, without markup and without markers of its own, which would look like ours."""
    return " ".join(_MARKER.sub("", _MARKDOWN.sub("", sentence.strip())).split())


def _shortened(sentence: str) -> str:
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence
    cut = sentence[:_LONGEST_SENTENCE]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def _weights(text: str) -> dict[str, float]:
    """Return the stems of a text with how much each tells; the most frequent words tell nothing."""
    told = {stem(word): rarity(word) for word in word_counts(text)}
    return {word: weight for word, weight in told.items() if weight > 0.3}


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0
