"""Embedding spaces: a store holds the vectors of one model, and vectors of two are never compared."""

from typing import Protocol

from app.core.errors import Conflict, Overloaded
from app.core.types import EmbeddingSpace


class Embedded(Protocol):
    """What is asked of a store here."""

    @property
    def name(self) -> str: ...

    @property
    def public_id(self) -> str: ...

    @property
    def embedding_model(self) -> str | None: ...

    @property
    def dimensions(self) -> int | None: ...


def space_of(store: Embedded) -> EmbeddingSpace | None:
    """Return the space of a store's chunks, None before its first."""
    if store.embedding_model is None or store.dimensions is None:
        return None
    return EmbeddingSpace(store.embedding_model, store.dimensions)


def mismatch(store: Embedded) -> Conflict:
    """Return the error for a store whose model does not serve here."""
    return Conflict(
        f"The vector store '{store.name or store.public_id}' is embedded with {store.embedding_model} "
        f"({store.dimensions} dimensions), which this server's provider does not serve. Bring it to the model that "
        "does with `footnote reembed`, or set DEV_FALLBACKS and EMBEDDING_BASE_URL back to what they were.",
        code="embedding_model_mismatch",
    )


def moved() -> Overloaded:
    """Return the error for a file that was embedded in the space that its store has left meanwhile."""
    return Overloaded("The store's embedding model has changed while the file was read.")
