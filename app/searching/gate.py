"""The gate before searches: how many run at once, and how many may wait."""

from app.core.waiting import Gate
from app.providers.base import EmbeddingProvider

# Waiting for upstream's embedding costs nothing. An embedding that is made here is work for this processor: of many that run
# at once, all are late.
_PLACES_UPSTREAM = 16
_PLACES_HERE = 4
_MOST_WAITING = 32


def make_search_gate(embeddings: EmbeddingProvider) -> Gate:
    """Return the gate for searches whose queries this provider embeds."""
    places = _PLACES_HERE if embeddings.is_cheap else _PLACES_UPSTREAM
    return Gate(places, queue=_MOST_WAITING, refusal="Too many searches run at once. Try again in a moment.")
