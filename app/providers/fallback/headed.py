"""The fallback's quotes when a question names a section: the first sentences below its heading. Pure."""

import re
from collections.abc import Iterator, Sequence

from app.core.asked import fold
from app.core.chunking import HEADING_SEPARATOR
from app.core.types import Snippet
from app.providers.fallback.quotes import Quote
from app.providers.fallback.sentences import Sentence, sentences_of

_NAMED = re.compile(r"[“„«\"]([^“”„«»\"]{2,80})[”“»\"]")
_SECTION_NUMBER = re.compile(r"^(?:[#\s]+)?(?:\d{1,3}(?:\.\d{1,3})*\.?\s+)?")
_MOST_SENTENCES = 3
_FEWEST_WORDS = 4


def headed_quotes(question: str, snippets: Sequence[Snippet]) -> list[Quote]:
    """Return what stands first below the heading that a question quotes; none where there is no such heading.

    "What is said about “Travel”?" is answered from the section, which need not say "travel" at all.
    """
    found = _NAMED.search(question)
    if found is None:
        return []
    name = _name(found[1])
    for snippet in snippets:
        sentences = sentences_of(snippet.text)
        if quotes := _quotes(snippet, _below(sentences, name)):
            return quotes
    within = [snippet for snippet in snippets if _name(_last(snippet.heading)) == name]
    # The section's beginning says most about it.
    return next(
        (quotes for each in sorted(within, key=_place) if (quotes := _quotes(each, sentences_of(each.text)))),
        [],
    )


def _below(sentences: Sequence[Sentence], name: str) -> Sequence[Sentence]:
    """Return the sentences from below the heading up to the next one."""
    titles = [place for place, sentence in enumerate(sentences) if sentence.is_title]
    own = next((place for place in titles if _name(sentences[place].text) == name), None)
    if own is None:
        return ()
    # What follows a heading at once is not the next section's.
    end = next((place for place in titles if place > own + 1), len(sentences))
    return sentences[own + 1 : end]


def _quotes(snippet: Snippet, sentences: Sequence[Sentence]) -> list[Quote]:
    return list(_telling(snippet, sentences))[:_MOST_SENTENCES]


def _telling(snippet: Snippet, sentences: Sequence[Sentence]) -> Iterator[Quote]:
    for sentence in sentences:
        if sentence.tells and (len(sentence.text.split()) >= _FEWEST_WORDS or not sentence.text.isascii()):
            yield Quote(snippet.n, sentence.text)


def _name(heading: str) -> str:
    return fold(_SECTION_NUMBER.sub("", heading))


def _last(heading: str | None) -> str:
    return (heading or "").split(HEADING_SEPARATOR)[-1]


def _place(snippet: Snippet) -> tuple[str, int]:
    return snippet.file_id, snippet.char_start
