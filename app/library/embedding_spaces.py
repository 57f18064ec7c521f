"""Whether this server can read files into a store: its embedding space must be served here."""

from app.db.chunk_search import mismatch, space_of
from app.models import VectorStore
from app.providers.base import EmbeddingProvider


async def check_space(embeddings: EmbeddingProvider, store: VectorStore) -> None:
    """Raise Conflict for a store whose embedding model the provider does not serve."""
    space = space_of(store)
    if space is not None and not await embeddings.serves(space):
        raise mismatch(store)
