"""Which sentences of the snippets answer a question. They are quoted, never rewritten. Pure."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import PurePath
from typing import NamedTuple

from app.core.asked import defines, subject_of
from app.core.folding import folded, visible
from app.core.languages import guess_language
from app.core.stemming import stem
from app.core.text import UNSPACED
from app.core.types import Snippet
from app.providers.fallback.ranges import is_for, numbers_given
from app.providers.fallback.sentences import Sentence, sentences_of
from app.providers.fallback.tables import CELL_SIGN, rows_that_say_so
from app.providers.fallback.titles import is_signature
from app.providers.fallback.wanted import (
    DESCRIBES,
    SPEAKS_OF_FUNCTION,
    Wanted,
    asks_for_function,
    asks_what_it_does,
    counted_by,
    has,
    may_answer,
    wanted_by,
    without_function,
)
from app.providers.fallback.weights import ENGLISH, spelled_apart, stem_and_weight, stems_of, weights_of

_MOST_SENTENCES = 3
_MOST_ROWS = 6

# Measured on questions whose answers' places are known, and on questions asked of the wrong documents.
_CARRIED = 0.4
_SNIPPET_SHARE = 0.3
_IMAGINED = 10  # sentences elsewhere, so that a word in both of two sentences still tells something

# A sentence answers when it holds so much of what the question's words tell, and as much as the best one nearly.
_ENOUGH = 0.16
# Where the search itself found nothing close, a sentence must hold more. In scripts without spaces pairs of characters
# count as words, so that fewer of them agree. Both measured by benchmarks/grounding.py.
_CLOSE, _CLOSE_UNSPACED = 0.27, 0.22
_ENOUGH_ALONE, _ENOUGH_ALONE_UNSPACED = 0.35, 0.25
_UNSPACED = re.compile(f"[{UNSPACED}]")
# What stands elsewhere than the best sentence is more often about something else.
_NEAR_BEST, _NEAR_BEST_ELSEWHERE = 0.6, 0.8
_NEARLY = 0.65
# What a sentence counts that has no number where one is asked for. Of the first quotes that this changed in 600 answers,
# five became right and none wrong.
_WITHOUT_WANTED = 0.6
_LEAST_PART = 5
_GERMAN = "deu"
_SHORTEST_COMPOUND = 8
_FEW, _COMMON = 2, 0.5
_SAME = 0.7
# A title counts for this many sentences below it. It is quoted itself if no sentence has as many of the question's words.
_UNDER_TITLE = 3
_NEAR_TITLE = 0.3
# How much more a sentence counts that says what something is, where that is asked.
_DEFINES = 1.3
# Of what is asked a function's description says more than this.
_HALF = 0.5
_PARTICLES = frozenset({"up", "in", "on", "off", "out", "down", "over"})
_SHORTEST_JOINED = 3
# "source_name: the name of the new type" says what a function takes, not what it does.
_PARAMETER = re.compile(r"\w[\w *]{0,40}: [a-z]")
_WHOLE = re.compile(r"[A-ZÀ-ÞΑ-ΩА-Я]\w*(?!\w*:) \w")
_WORD = re.compile(r"[^\W\d_]+")
_SEPARATORS = re.compile(r"[\W_]+")


class Quote(NamedTuple):
    """A sentence of the snippet `n`."""

    n: int
    text: str


class _Candidate(NamedTuple):
    quote: Quote
    sentence: Sentence
    stems: frozenset[str]
    name: frozenset[str]
    snippet_score: float
    is_asked_row: bool = False
    # How the function is called that the sentence describes.
    signature: Quote | None = None


def best_quotes(question: str, snippets: Sequence[Snippet]) -> list[Quote]:
    """Return up to three sentences that share most of the question's telling words; none when none does.

    Headings, signatures and lines of contents are quoted only where no sentence answers.
    """
    language = guess_language("\n".join(snippet.text for snippet in snippets))
    subject = subject_of(question)
    asked = weights_of(question, language)
    if subject:
        # "What" tells nothing of DER, however many sentences hold that.
        around = weights_of(question.replace(subject, ""), language)
        asked = {word: weight for word, weight in asked.items() if word not in around} or asked
    candidates = list(_candidates(snippets, language, question))
    if asks_for_function(question) and any(each.signature for each in candidates):
        return _described_function(question, candidates, language)
    held = frozenset[str]().union(*(each.stems for each in candidates), *(each.name for each in candidates))
    asked |= {word: weight for word, weight in spelled_apart(question, language) if word in held}
    if language == ENGLISH:
        asked = _with_joined_words(asked, question, held)
    elif language == _GERMAN:
        asked = _with_parts(asked, held)
    wanted = wanted_by(question)
    # "Who wrote textkit?" is not answered by whatever else the manual says of textkit.
    if _is_about_something_else(_telling(asked, candidates) if wanted else asked, held):
        return []
    scores = _scores(asked, candidates, question)
    best = max(scores, default=0.0)
    enough = _enough(question, max((snippet.score for snippet in snippets), default=0.0))
    ranked = _ranked(
        candidates, scores, best=best, enough=enough, is_unspaced=bool(_UNSPACED.search(question))
    )
    ranked = [
        ranked[at] for at in _to_the_point(question, [candidates[place].quote.text for place in ranked])
    ]

    chosen: list[_Candidate] = []
    for place in ranked:
        if len(chosen) == _MOST_SENTENCES:
            break
        is_beside = candidates[place].quote.n == candidates[ranked[0]].quote.n
        near = _NEAR_BEST if is_beside else _NEAR_BEST_ELSEWHERE
        if scores[place] >= near * scores[ranked[0]] and not any(
            _overlap(candidates[place].stems, other.stems) > _SAME for other in chosen
        ):
            chosen.append(candidates[place])

    def is_asked(column: str) -> bool:
        return any(word in asked for word in stems_of(column, language))

    tied = [candidates[place] for place in ranked if scores[place] == scores[ranked[0]]]
    quoted = _with_rows(chosen, tied, wanted, lambda rows: rows_that_say_so(rows, question, is_asked))
    return [candidate.quote for candidate in quoted]


def _to_the_point(question: str, texts: Sequence[str]) -> list[int]:
    """Return which of the best texts may answer. What else is said of the same thing is no answer."""
    if not may_answer(wanted_by(question), texts[:1]):
        return []
    if counted := counted_by(question):
        return [at for at, text in enumerate(texts) if counted.search(text)]
    subject = subject_of(question)
    is_defined = bool(texts) and defines(subject, texts[0])
    return [at for at, text in enumerate(texts) if not is_defined or defines(subject, text)]


def _ranked(
    candidates: Sequence[_Candidate],
    scores: Sequence[float],
    *,
    best: float,
    enough: float,
    is_unspaced: bool,
) -> list[int]:
    """Return the places of the sentences that answer, the best first."""
    answering = [
        place
        for place, score in enumerate(scores)
        # A row is short, and says what its header asks.
        if score >= (_ENOUGH if candidates[place].sentence.is_row else enough)
    ]
    telling = [
        place
        for place in answering
        if candidates[place].sentence.tells and scores[place] >= _NEAR_TITLE * best
    ]
    # What an e-mail replies to answers only where the reply does not.
    written = [place for place in telling if not candidates[place].sentence.is_reply]
    # A heading alone says little, so it must hold more.
    answering = [place for place in answering if scores[place] >= _ENOUGH_ALONE or is_unspaced]
    return sorted(written or telling or answering, key=lambda place: (-scores[place], place))


def _described_function(question: str, candidates: Sequence[_Candidate], language: str) -> list[Quote]:
    """Return the signature of the function whose description says most of what is asked, and that description.

    Or a sentence of running text that speaks of such a function.
    """
    asked = _weights_among(weights_of(without_function(question), language), candidates)
    total = sum(asked.values())

    def held(candidate: _Candidate) -> float:
        own = _sum(asked, candidate.stems)
        called = (
            stems_of(_SEPARATORS.sub(" ", candidate.signature.text), language) if candidate.signature else ()
        )
        return own + _CARRIED * _sum(asked, frozenset(called) - candidate.stems) if own else 0.0

    described = [
        each
        for each in candidates
        if (DESCRIBES if each.signature else SPEAKS_OF_FUNCTION).search(each.quote.text)
        and each.sentence.tells
        and held(each) > _HALF * total
    ]
    best = max(described, key=lambda each: (each.signature is not None, held(each)), default=None)
    return [quote for quote in (best.signature, best.quote) if quote] if best else []


def _with_rows(
    chosen: Sequence[_Candidate],
    tied: Sequence[_Candidate],
    wanted: Wanted | None,
    saying_so: Callable[[list[str]], list[str]],
) -> Sequence[_Candidate]:
    """Return what was chosen, with all rows of a table that say as much of what was asked as the first row does.

    Of several only those that say so, where there is a column of yes and no.
    The answer depends on which of them is meant. If they are too many, the first stands for them.
    """
    # A row for the very number that was given says it all.
    if rows := [candidate for candidate in chosen if candidate.is_asked_row]:
        return rows[:1]
    if not (chosen and chosen[0].sentence.is_row):
        return chosen
    alike = [each for each in tied if each.sentence.is_row and each.quote.n == chosen[0].quote.n]
    if wanted == "person" and len(alike) > 1 and _share_columns_only(alike):
        # "Who signs for expenses?" is not answered by all the expenses there are.
        return []
    rest = [candidate for candidate in chosen if candidate not in alike]
    said = saying_so([row.quote.text for row in alike])
    alike = [row for row in alike if row.quote.text in said]
    return [*(alike if len(alike) <= _MOST_ROWS else alike[:1]), *rest]


def _share_columns_only(rows: Sequence[_Candidate]) -> bool:
    """Whether the rows have nothing in common but the names of their columns."""
    cells = [{cell.partition(": ")[2] for cell in row.quote.text.split(CELL_SIGN)} - {""} for row in rows]
    return not set.intersection(*cells)


def _with_joined_words(asked: Mapping[str, float], question: str, held: frozenset[str]) -> dict[str, float]:
    """Return what is asked, with two words as the one that the sentences write: "How do I back up?" asks for "backup"."""
    words = [word.lower() for word in _WORD.findall(visible(question))]
    weights = dict(asked)
    for first, second in pairwise(words):
        joined, weight = stem_and_weight(first + second, ENGLISH)
        is_short = min(len(first), len(second)) < _SHORTEST_JOINED
        if joined not in held or (is_short and second not in _PARTICLES):
            continue
        weights[joined] = weight
        if second in _PARTICLES:
            # "up" alone tells nothing of a backup.
            weights.pop(stem_and_weight(second, ENGLISH)[0], None)
    return weights


def _enough(question: str, closest: float) -> float:
    """Return what a sentence must hold of a question, given the score of the closest snippet."""
    if _UNSPACED.search(question):
        return _ENOUGH if closest >= _CLOSE_UNSPACED else _ENOUGH_ALONE_UNSPACED
    return _ENOUGH if closest >= _CLOSE else _ENOUGH_ALONE


def _telling(asked: Mapping[str, float], candidates: Sequence[_Candidate]) -> Mapping[str, float]:
    """Return what words tell: of one or two rare ones, the one that more sentences have tells less."""
    few = [word for word, weight in asked.items() if weight > _COMMON]
    return _weights_among(asked, candidates) if len(few) <= _FEW else asked


def _with_parts(asked: Mapping[str, float], held: frozenset[str]) -> dict[str, float]:
    """Return the words with the part that is held in place of a compound that is not: "Urlaub" for "Urlaubstage"."""
    return {_held_part(word, held): weight for word, weight in asked.items()}


def _held_part(word: str, held: frozenset[str]) -> str:
    if word in held or len(word) < _SHORTEST_COMPOUND:
        return word
    least = max(_LEAST_PART, len(word) // 2)
    parts = (other for other in held if len(other) >= least and word.startswith(other))
    return max(parts, key=len, default=word)


def _is_about_something_else(asked: Mapping[str, float], held: frozenset[str]) -> bool:
    """Whether no sentence has the word that tells most of what is asked, nor one that tells nearly as much.

    "May I use the company helicopter?" is not answered by what else is said of the company.
    """
    if any(_UNSPACED.search(word) for word in asked):
        return False
    joined = " ".join(held)
    most = max(asked.values(), default=0.0)
    found = (
        weight
        for word, weight in asked.items()
        # A long word may be part of a compound.
        if word in held or (len(word) >= _LEAST_PART and word in joined)
    )
    return max(found, default=0.0) < _NEARLY * most


def _candidates(snippets: Sequence[Snippet], language: str, question: str) -> Iterator[_Candidate]:
    """Yield the sentences, without rows that are for other numbers than the question gives."""

    def stemmed(word: str) -> str:
        return folded(stem(word, language))

    given = numbers_given(question, stemmed)
    for snippet in snippets:
        name = _words_of_name(snippet.filename, language)
        signature = None
        for sentence in sentences_of(snippet.text):
            fits = is_for(sentence.text, given, stemmed) if sentence.is_row else None
            if fits is False:
                continue
            stems = stems_of(sentence.text, language)
            quote = Quote(snippet.n, sentence.text)
            if sentence.is_title:
                signature = quote if is_signature(sentence.text) else None
            yield _Candidate(quote, sentence, stems, name, snippet.score, fits is True, signature)


@lru_cache(maxsize=1_000)
def _words_of_name(filename: str, language: str) -> frozenset[str]:
    return frozenset(weights_of(_SEPARATORS.sub(" ", PurePath(filename).stem), language))


def _scores(asked: Mapping[str, float], candidates: Sequence[_Candidate], question: str) -> list[float]:
    """Return how much of what the question's words tell each sentence holds.

    A word that many of the sentences hold tells less. The sentence before counts in part: what follows on
    "Parental leave" may say only "It". So does the name of its file. So do the titles above the first sentences below them, which need no word of
    the question: "Returns a string." says what `name_of(error)` does, and all of it where that is asked. "How much?" is rarely
    answered without a number.
    """
    wanted, subject, is_of_purpose = wanted_by(question), subject_of(question), asks_what_it_does(question)
    asked = _weights_among(asked, candidates)
    total = sum(asked.values())
    scores: list[float] = []
    above = _Above()
    for candidate in candidates:
        own = _sum(asked, candidate.stems)
        carried = above.titles | above.sentence | candidate.name if own else above.titles
        held = (own + _CARRIED * _sum(asked, carried - candidate.stems)) / total if total else 0.0
        if is_of_purpose and _WHOLE.match(candidate.quote.text):
            held = max(held, _DEFINES * _sum(asked, above.titles) / total if total else 0.0)
        fitting = 1 if has(wanted, candidate.quote.text) else _WITHOUT_WANTED
        fitting *= _DEFINES if subject and defines(subject, candidate.quote.text) else 1
        scores.append(held * (1 + _SNIPPET_SHARE * candidate.snippet_score) * fitting)
        above.pass_by(candidate)
    return scores


@dataclass(slots=True)
class _Above:
    """What stands above a sentence: the words of the one before, and of the titles that are near enough."""

    n: int = 0
    sentence: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    _since_title: int = 0

    def pass_by(self, candidate: _Candidate) -> None:
        """Go on to what follows."""
        is_title = candidate.sentence.is_title
        follows_title = is_title and self._since_title == 0 and self.n == candidate.quote.n
        if not _PARAMETER.match(candidate.quote.text):
            self._since_title = 0 if is_title else self._since_title + 1
        if is_title:
            self.titles = candidate.stems | (self.titles if follows_title else frozenset())
        elif not candidate.sentence.tells or self._since_title >= _UNDER_TITLE:
            self.titles = frozenset()
        self.sentence = candidate.stems
        self.n = candidate.quote.n


def _sum(asked: Mapping[str, float], stems: frozenset[str]) -> float:
    # Most sentences have none of the words.
    if stems.isdisjoint(asked):
        return 0.0
    return sum(weight for word, weight in asked.items() if word in stems)


def _weights_among(asked: Mapping[str, float], candidates: Sequence[_Candidate]) -> dict[str, float]:
    holding = Counter(chain.from_iterable(asked.keys() & candidate.stems for candidate in candidates))
    most = math.log(len(candidates) + _IMAGINED)
    return {
        word: weight * (1 - math.log(holding[word] + 0.5) / most if holding[word] else 1)
        for word, weight in asked.items()
    }


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0
