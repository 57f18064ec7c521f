"""What a query says, for the lexical leg: its lexemes, and how rare they are in the stores that are searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.lexemes import DEFAULT_LANGUAGE, inverse_frequency, lexeme_counts
from app.db.candidates import LexicalLeg
from app.db.database import Snapshot
from app.models import VectorStore

# A store of so many chunks is ranked whole; in a larger one, only what holds one of the query's rarest lexemes, which
# may stand in a tenth of its chunks together.
_SMALL_STORE = 2_000
_RANKED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The lexical leg, None when no chunk holds a word of the query; `idf_sum` is over all its lexemes."""

    leg: LexicalLeg | None = None
    idf_sum: float = 0.0


async def find_words(snapshot: Snapshot, stores: Sequence[VectorStore], query: str) -> QueryWords:
    """Return the query's words as the stores know them."""
    languages = {store.language or DEFAULT_LANGUAGE for store in stores}
    lexemes = sorted({lexeme for language in languages for lexeme in lexeme_counts(query, language)})
    if not lexemes:
        return QueryWords()
    holding = await snapshot.lexemes.count_holding([store.id for store in stores], lexemes)
    return weigh(lexemes, holding, total=sum(store.chunk_count for store in stores))


def weigh(lexemes: Sequence[int], holding: Mapping[int, int], *, total: int) -> QueryWords:
    """Return the lexical leg for lexemes of which `holding` says how many of `total` chunks hold each."""
    idf = {lexeme: inverse_frequency(holding.get(lexeme, 0), total) for lexeme in lexemes}
    known = {lexeme: idf[lexeme] for lexeme in lexemes if holding.get(lexeme)}
    if not known:
        return QueryWords(None, sum(idf.values()))
    rarest = () if total <= _SMALL_STORE else _rarest(known, holding, budget=total * _RANKED_SHARE)
    return QueryWords(LexicalLeg(known, rarest), sum(idf.values()))


def _rarest(known: Mapping[int, float], holding: Mapping[int, int], *, budget: float) -> tuple[int, ...]:
    chosen: list[int] = []
    held = 0
    for lexeme in sorted(known, key=lambda lexeme: (holding[lexeme], lexeme)):
        held += holding[lexeme]
        if chosen and held > budget:
            break
        chosen.append(lexeme)
    return tuple(chosen)
