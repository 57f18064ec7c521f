"""Embedding spaces: a store holds the vectors of one model, and vectors of two are never compared."""

from app.core.errors import Conflict
from app.models import VectorStore


def check_space(store: VectorStore, *, model: str, dimensions: int) -> None:
    """Raise Conflict when the store's chunks were embedded otherwise than this server embeds."""
    if store.embedding_model is None or (store.embedding_model, store.dimensions) == (model, dimensions):
        return
    raise Conflict(
        f"The vector store '{store.name or store.public_id}' is embedded with {store.embedding_model} "
        f"({store.dimensions} dimensions), and this server embeds with {model} ({dimensions}). Ingest the files "
        "into a new store, or set EMBEDDING_MODEL, EMBEDDING_DIMENSIONS and DEV_FALLBACKS back to what they were.",
        code="embedding_model_mismatch",
    )
