"""Whether a passage supports a statement, how much of it, and if not, why. Pure.

The words of the statement, by how rare they are, must stand in six sentences of the passage that follow on each other:
three quarters of a short statement, two fifths of a long one. Its numbers must be where the words are, its names and
negations there. Of a table one row has to say it all, with what the header says of its columns. Where words do not decide,
the answer is no: a statement that is called verified by mistake is worse than one that is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.support.figures import number_differs
from app.answering.support.names import name_missing
from app.answering.support.negations import comparison_missing, negation_differs
from app.answering.support.order import words_exchanged
from app.answering.support.places import best_window, closest_sentences, lacking_terms, terms_of
from app.answering.support.reading import ReadSentence, read, read_passage
from app.answering.support.tables import with_headers
from app.core.languages import guess_language
from app.core.stop_words import stop_words
from app.core.types import SupportReason

# Measured on AttributionBench (dev) and WiCE (dev): benchmarks/verification.py.
# Two or three words and a third of all seldom come together by chance; three quarters are enough for the shortest.
_ENOUGH = 0.3
_ENOUGH_WORDS = 2.5
_ENOUGH_FOR_ANY = 0.75
# A passage with less says something else, whatever numbers it has.
_NOTHING = 0.28
# Where names have no capital letters nearly all words must be there, so that another name is seen.
_ENOUGH_WITHOUT_CAPITALS = 0.85
# This many rows that are equally close are compared.
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much of a statement is supported, and the reason; `sentences` are those that it rests on."""

    support: float
    reason: SupportReason
    sentences: tuple[ReadSentence, ...] = ()

    @property
    def verified(self) -> bool:
        return self.reason in ("quoted", "paraphrased")


def check_support(statement: str, passage: str, *, context: str = "") -> Judgement:
    """Return whether a passage supports a statement; `context` (headings, the file's title) may hold its names, too."""
    language = guess_language(passage)
    said = read(statement, language)
    sentences = tuple(with_headers(passage, read_passage(passage, language)))
    terms = terms_of(said)
    if not sentences or not (terms or any(sentence.quantities for sentence in said)):
        return Judgement(0.0, "not_found")

    window = best_window(said, sentences, terms)
    above = read(context, language)
    judgements = []
    for row in _closest_rows(said, window) or [None]:
        same = _beside(row, sentences)
        judgement = _judge(said, _beside(row, window), [*same, *above], above, language=language)
        if judgement.verified and _is_of_another_row(said, sentences, same, language=language):
            judgement = replace(judgement, reason="not_found", support=judgement.support / 2)
        judgements.append(judgement)
    return max(judgements, key=lambda judgement: (judgement.verified, judgement.support))


def _closest_rows(said: Sequence[ReadSentence], window: Sequence[ReadSentence]) -> list[ReadSentence | None]:
    """Return the row of a table that is closest to the statement, also by its frequent words and numbers, if a row is.

    There are several if they are equally close. What two rows say is not taken together.
    """
    closest = closest_sentences(said, window)
    if not _is_data(closest[0]):
        return []
    words = {word.token.folded for sentence in said for word in sentence.words}
    shared = {
        row.start: len(words & {word.token.folded for word in row.words}) for row in closest if _is_data(row)
    }
    rows = [row for row in closest if shared.get(row.start) == max(shared.values())]
    return [*rows[:_MOST_ROWS]]


def _beside(row: ReadSentence | None, sentences: Sequence[ReadSentence]) -> list[ReadSentence]:
    """Return the sentences without the other rows of tables; all if there is no row."""
    return [other for other in sentences if row is None or other is row or not _is_data(other)]


def _is_data(sentence: ReadSentence) -> bool:
    return sentence.is_row and not sentence.is_header


def _is_of_another_row(
    said: Sequence[ReadSentence],
    sentences: Sequence[ReadSentence],
    same: Sequence[ReadSentence],
    *,
    language: str,
) -> bool:
    """Whether the statement has a word, even a frequent one such as "yes", that stands in a row left out, and nowhere else."""
    elsewhere = _plain_words(sentences) - _plain_words(same)
    return not elsewhere.isdisjoint(_plain_words(said) - stop_words(language))


def _plain_words(sentences: Sequence[ReadSentence]) -> set[str]:
    words = (word.token for sentence in sentences for word in sentence.words)
    return {token.folded for token in words if token.kind == "word" and len(token.folded) > 1}


def _judge(
    said: Sequence[ReadSentence],
    window: Sequence[ReadSentence],
    everywhere: Sequence[ReadSentence],
    above: Sequence[ReadSentence],
    *,
    language: str,
) -> Judgement:
    terms = terms_of(said)
    lacking = lacking_terms(said, [*window, *above])
    share = 1 - sum(lacking.values())
    if share < _NOTHING:
        reason: SupportReason = "not_found"
    elif number_differs(said, window, above):
        reason = "number_differs"
    elif name_missing(said, everywhere, lacking=lacking, language=language):
        reason = "name_not_found"
    elif negation_differs(said, window):
        reason = "negation_differs"
    elif comparison_missing(said, window) or words_exchanged(said, window):
        reason = "not_found"
    else:
        reason = (
            "paraphrased"
            if share >= _enough(said, len(terms) + sum(len(sentence.quantities) for sentence in said))
            else "not_found"
        )
    support = share if reason == "paraphrased" else share / 2
    return Judgement(round(support, 2), reason, tuple(window))


def _enough(said: Sequence[ReadSentence], terms: int) -> float:
    """Return the share of a statement's terms that must be there."""
    enough = min(_ENOUGH_FOR_ANY, _ENOUGH + _ENOUGH_WORDS / max(1, terms))
    has_capitals = any(
        letter.islower() for sentence in said for word in sentence.words for letter in word.token.text
    )
    return enough if has_capitals else max(enough, _ENOUGH_WITHOUT_CAPITALS)
