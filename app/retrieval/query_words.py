"""What a query says, for the lexical leg: its lexemes, and how rare they are in the stores that are searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.lexemes import DEFAULT_LANGUAGE, inverse_frequency, lexeme_counts
from app.db.candidates import LexicalLeg
from app.db.database import Snapshot
from app.models import VectorStore

# A store of so many chunks is ranked whole. In a larger one only what holds one of the query's rarest lexemes is: as many
# as stand in a tenth of its chunks together, and more, up to so many chunks, while they carry less than .6 of the idf.
# Of the exact top ten on three collections that finds .97 to .99 (by the tenth alone, .83 to .97).
_SMALL_STORE = 2_000
_RANKED_SHARE = 0.1
_RANKED_IDF = 0.6
_MOST_RANKED = 20_000


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
    rarest = () if total <= _SMALL_STORE else _rarest(known, holding, total=total)
    return QueryWords(LexicalLeg(known, rarest), sum(idf.values()))


def _rarest(known: Mapping[int, float], holding: Mapping[int, int], *, total: int) -> tuple[int, ...]:
    chosen: list[int] = []
    held, told = 0, 0.0
    wanted = _RANKED_IDF * sum(known.values())
    for lexeme in sorted(known, key=lambda lexeme: (holding[lexeme], lexeme)):
        held += holding[lexeme]
        if chosen and held > total * _RANKED_SHARE and (told >= wanted or held > _MOST_RANKED):
            break
        chosen.append(lexeme)
        told += known[lexeme]
    return tuple(chosen)
