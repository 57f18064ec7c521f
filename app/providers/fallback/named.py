"""The fallback's quotes when a question names files: sentences of those files that match the rest of the question. Pure."""

from collections.abc import Sequence

from app.core.asked import fold, is_meant, named_share, without_name
from app.core.types import Snippet
from app.providers.fallback.quotes import Quote, best_quotes


def named_quotes(question: str, snippets: Sequence[Snippet]) -> list[Quote]:
    """Return the sentences of named files that answer the question; none when none is named or none does.

    "What is the phone number of Tove Berg?" is answered from Tove-Berg.md by whatever says "phone" there.
    """
    folded = fold(question)
    shares = {
        snippet.filename: named_share(snippet.filename, folded)
        for snippet in snippets
        if is_meant(snippet.filename, folded)
    }
    # Of "budget-2024" and "budget-2025" take the one whose year is in the question.
    named = [
        snippet for snippet in snippets if shares.get(snippet.filename) == max(shares.values(), default=0)
    ]
    rest = question
    for filename in {snippet.filename for snippet in named}:
        rest = without_name(rest, filename)
    return best_quotes(rest, named) if named else []
