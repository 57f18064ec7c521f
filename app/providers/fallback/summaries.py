"""The fallback's summaries of whole files: the opening, and the first informative sentence of each part. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.core.types import Snippet
from app.providers.fallback.quotes import Quote
from app.providers.fallback.sentences import sentences_of

_MOST_OF_ONE = 6
_MOST_OF_EACH = 2
_MOST_FILES = 10
_FEWEST_WORDS = 4
# Characters of a script without spaces that say as much.
_FEWEST_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file's name and sentences of it, in its order."""

    filename: str
    quotes: tuple[Quote, ...]


def summarise(snippets: Sequence[Snippet]) -> list[FileSummary]:
    """Return sentences of each file that the snippets are of; more of a single one."""
    groups = [(file_id, list(group)) for file_id, group in groupby(snippets, key=lambda each: each.file_id)]
    most = _MOST_OF_ONE if len(groups) == 1 else _MOST_OF_EACH if len(groups) <= 3 else 1
    summaries = [
        FileSummary(group[0].filename, tuple(_quotes(group, most))) for _, group in groups[:_MOST_FILES]
    ]
    return [summary for summary in summaries if summary.quotes]


def _quotes(snippets: Sequence[Snippet], most: int) -> Iterator[Quote]:
    """Yield the first sentence of each snippet that says something, or more of each where the snippets are few."""
    telling = [list(_telling(snippet)) for snippet in snippets]
    if not any(telling):
        # A page of a few short lines has no better ones.
        telling = [list(_with_letters(snippet)) for snippet in snippets]
    openings = [quotes[0] for quotes in telling if quotes]
    yield from _some(
        openings if len(openings) >= most else [each for quotes in telling for each in quotes], most
    )


def _telling(snippet: Snippet) -> Iterator[Quote]:
    for sentence in sentences_of(snippet.text):
        if sentence.tells and _is_long_enough(sentence.text):
            yield Quote(snippet.n, sentence.text)


def _with_letters(snippet: Snippet) -> Iterator[Quote]:
    for sentence in sentences_of(snippet.text):
        if any(map(str.isalpha, sentence.text)):
            yield Quote(snippet.n, sentence.text)


def _some(quotes: Sequence[Quote], most: int) -> Iterator[Quote]:
    """Yield the first of them, and others evenly over the rest up to the limit; no text twice."""
    fresh = list({quote.text: quote for quote in reversed(quotes)}.values())[::-1]
    count = min(most, len(fresh))
    yield from (fresh[len(fresh) * place // count] for place in range(count))


def _is_long_enough(text: str) -> bool:
    return len(text.split()) >= _FEWEST_WORDS or (not text.isascii() and len(text) >= _FEWEST_CHARACTERS)
