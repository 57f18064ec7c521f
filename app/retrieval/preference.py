"""Files that a question names come first. Pure."""

from collections.abc import Mapping, Sequence

from app.core.names import fold, is_meant, name_words, named_share, says_all
from app.db.chunk_search import ChunkKey
from app.retrieval.ranking import SCORE_DIGITS, Ranked, in_order

# How much of what is missing to the best score a name adds: of several words, or whole, it is meant; one word may be chance.
_MEANT = 0.5
_PERHAPS = 0.15
_SHORTEST = 3
# If the question names this share of the found files, the name does not distinguish them.
_TOO_MANY = 0.5
_FEW = 4


def prefer_named(
    ranked: Sequence[Ranked], filenames: Mapping[ChunkKey, str], question: str
) -> list[Ranked] | None:
    """Return the candidates, those of named files first. None when the question names none of the files."""
    folded = fold(question)
    names = set(filenames.values())
    added = {name: _added(name, folded) for name in names}
    named = [name for name in names if added[name]]
    if not named or (len(names) >= _FEW and len(named) > _TOO_MANY * len(names)):
        return None
    return in_order(
        _raised(entry, added.get(filenames.get(entry.candidate.key, ""), 0.0)) for entry in ranked
    )


def _added(filename: str, folded: str) -> float:
    # Of "memo-1" and "memo-2" prefer the one whose number the question has.
    if is_meant(filename, folded):
        return _MEANT * named_share(filename, folded)
    is_short = len("".join(name_words(filename))) < _SHORTEST
    return 0.0 if is_short or not says_all(filename, folded) else _PERHAPS * named_share(filename, folded)


def _raised(entry: Ranked, added: float) -> Ranked:
    if not added:
        return entry
    return Ranked(entry.candidate, round(entry.score + added * (1 - entry.score), SCORE_DIGITS))
