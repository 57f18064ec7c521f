"""A second opinion of a model on citations that words alone do not decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.answering.citations import statement_at
from app.answering.prompt import fence_word, fenced_text
from app.core.types import Citation, Json, Snippet
from app.providers.base import DecisionProvider

# A number, a negation or a comparative that differs is decided: words are surer of it than a small model.
_UNDECIDED = frozenset({"not_found", "name_not_found"})
_SURE = 0.8
_LONGEST_STATEMENT = 1_000


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Citations with the model's verdicts among them, and the usage that it reported; empty when it was not asked."""

    citations: tuple[Citation, ...]
    usage: Json = field(default_factory=dict)


class ModelJudge:
    """Asks a model about the citations that are not verified because too few words agree."""

    def __init__(self, decisions: DecisionProvider, *, fence_key: bytes) -> None:
        self._decisions = decisions
        self._fence_key = fence_key

    async def judge(
        self, text: str, citations: Sequence[Citation], snippets: Mapping[int, Snippet]
    ) -> Verdicts:
        """Return the citations of a delivered text. Those that the model does not answer for are as they were."""
        doubtful = [at for at, citation in enumerate(citations) if _is_undecided(citation)]
        if not doubtful:
            return Verdicts(tuple(citations))
        cited = [snippets[chunk] for chunk in dict.fromkeys(citations[at].chunk for at in doubtful)]
        fence = fence_word(self._fence_key, [snippet.text for snippet in cited])
        questions = [_question(text, citations[at], fence) for at in doubtful]
        decided = await self._decisions.decide(_sources(cited, fence), questions)
        judged = list(citations)
        for at, probability in zip(doubtful, decided.probabilities, strict=True):
            if probability is not None:
                judged[at] = _judged(citations[at], probability)
        return Verdicts(tuple(judged), decided.usage)


def _is_undecided(citation: Citation) -> bool:
    return not citation.verified and citation.reason in _UNDECIDED


def _judged(citation: Citation, probability: float) -> Citation:
    if probability < _SURE:
        return replace(citation, judged_by="model")
    support = max(citation.support, round(probability, 2))
    return replace(citation, verified=True, support=support, reason="paraphrased", judged_by="model")


def _sources(snippets: Sequence[Snippet], fence: str) -> str:
    """Return the cited passages as data, each in a fence with its number."""
    return "\n\n".join(
        f'<{fence} n="{snippet.n}">\n{fenced_text(_with_headings(snippet), fence)}\n</{fence}>'
        for snippet in snippets
    )


def _with_headings(snippet: Snippet) -> str:
    return "\n\n".join(filter(None, (snippet.filename, snippet.heading, snippet.text)))


def _question(text: str, citation: Citation, fence: str) -> str:
    statement = " ".join(fenced_text(statement_at(text, citation.start), fence).split())
    return (
        f"Source {citation.chunk} alone bears out this statement, with the same numbers, names and negations: "
        f"{statement[:_LONGEST_STATEMENT]}"
    )
