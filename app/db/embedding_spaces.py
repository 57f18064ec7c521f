"""Embedding spaces: a store holds the vectors of one model, and vectors of two are never compared."""

from app.core.errors import Conflict
from app.core.types import EmbeddingSpace
from app.models import VectorStore


def space_of(store: VectorStore) -> EmbeddingSpace | None:
    """Return the space of a store's chunks, None before its first."""
    if store.embedding_model is None or store.dimensions is None:
        return None
    return EmbeddingSpace(store.embedding_model, store.dimensions)


def mismatch(store: VectorStore) -> Conflict:
    """Return the error for a store whose model does not serve here."""
    return Conflict(
        f"The vector store '{store.name or store.public_id}' is embedded with {store.embedding_model} "
        f"({store.dimensions} dimensions), which this server's provider does not serve. Bring it to the model that "
        "does with `footnote reembed`, or set DEV_FALLBACKS and EMBEDDING_BASE_URL back to what they were.",
        code="embedding_model_mismatch",
    )
