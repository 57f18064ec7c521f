"""The fallback's quotes about what a manual lists by name: options, keys, settings, each with what is said below it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.languages import guess_language
from app.core.types import Snippet
from app.providers.fallback.quotes import Quote
from app.providers.fallback.sentences import Sentence, sentences_of
from app.providers.fallback.weights import stems_of, weights_of

# "Which option of ls sorts by size?" asks for an option, "What does -S do?" for what is said of one.
_WHICH = re.compile(
    r"^\W*(?:which|what|welche[rs]?|quelle?|qué) (?:command[- ]line )?(?:option|flag|switch|setting|key|shortcut|keystroke|command"
    r"|builtin|directive|variable|taste|einstellung|befehl|schalter|touche|commande|tecla|opción)s?\b(?: (?:of|in|for|von) [\w.-]+)?",
    re.IGNORECASE,
)
_OF_KEYS = re.compile(r"\b(?:key|shortcut|keystroke|taste|touche|tecla)s?\b", re.IGNORECASE)
_KEY = re.compile(
    r"\^.|(?:M|C|S|Ctrl|Alt|Shift|Cmd|Meta)[-+]\S+|F\d{1,2}|Esc\w*|Enter|Tab|Home|End|Del\w*|Ins\w*|<[\w-]+>|\W"
)
_OPTION = re.compile(r"(?<![\w-])-{1,2}[A-Za-z][\w-]*")
_BEGINS_WITH_OPTION = re.compile(r"(-[A-Za-z?](?:, ?--[\w-]+)?|--[a-z][\w-]+)(?:[ =]\S+)? +(?=\w)")
_ARGUMENT = re.compile(r"[ =].*")
# Of what is asked an entry says more than this.
_HALF = 0.5
_MOST_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name or several for the same, and what is said of it."""

    n: int
    terms: tuple[str, ...]
    said: tuple[str, ...]

    @property
    def names(self) -> set[str]:
        return {_ARGUMENT.sub("", name) for term in self.terms for name in re.split(r",\s*", term)}

    def quotes(self) -> list[Quote]:
        heads = [" ".join(self.terms)] if self.terms and self.terms[0] not in self.said[0] else []
        return [Quote(self.n, text) for text in (*heads, *self.said[:_MOST_SENTENCES])]


def term_quotes(question: str, snippets: Sequence[Snippet]) -> list[Quote]:
    """Return the entry of a manual's list that a question names or describes; none where there is none."""
    named = set(_OPTION.findall(question))
    asks_which = _WHICH.match(question)
    if not (named or asks_which):
        return []
    entries = [entry for snippet in snippets for entry in _entries(snippet)]
    if asks_which is None:
        return next((entry.quotes() for entry in entries if named & entry.names), [])
    if _OF_KEYS.search(asks_which[0]):
        entries = [entry for entry in entries if any(map(_KEY.fullmatch, entry.names))]
    language = guess_language("\n".join(snippet.text for snippet in snippets))
    asked = weights_of(_WHICH.sub("", question), language)

    def held(entry: _Entry) -> float:
        stems = stems_of(" ".join(entry.said), language)
        # "--linenumbers" is of numbers, too.
        names = re.sub(r"\W+", " ", " ".join(entry.terms)).lower()
        return sum(
            weight for word, weight in asked.items() if word in stems or (len(word) > 3 and word in names)
        )

    best = max(entries, key=held, default=None)
    return best.quotes() if best and held(best) > _HALF * sum(asked.values()) else []


def _entries(snippet: Snippet) -> Iterator[_Entry]:
    terms: list[str] = []
    said: list[str] = []
    for sentence in (*sentences_of(snippet.text), Sentence("", is_term=True)):
        found = _BEGINS_WITH_OPTION.match(sentence.text)
        if sentence.is_term or found or sentence.is_title:
            if terms and said:
                yield _Entry(snippet.n, tuple(terms), tuple(said))
            if said or not sentence.is_term:
                terms, said = [], []
        if sentence.is_term:
            terms.append(sentence.text)
        elif found:
            terms, said = [found[1]], [sentence.text]
        elif sentence.tells:
            said.append(sentence.text)
