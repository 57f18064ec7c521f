"""Embedding models whose makers say that the first dimensions are an embedding of their own (Matryoshka training)."""

_SHORTENED = frozenset(
    {
        "text-embedding-3-small",
        "text-embedding-3-large",
        "nomic-embed-text-v1.5",
        "nomic-embed-text-v2-moe",
        "mxbai-embed-large-v1",
        "mxbai-embed-large",
        "jina-embeddings-v3",
        "embeddinggemma-300m",
        "embeddinggemma",
        "qwen3-embedding-0.6b",
        "qwen3-embedding-4b",
        "qwen3-embedding-8b",
        "snowflake-arctic-embed-m-v1.5",
        "snowflake-arctic-embed-m-v2.0",
        "snowflake-arctic-embed-l-v2.0",
    }
)


def can_be_shortened(model: str) -> bool:
    """Return whether the model is known to allow it, by its whole name; a maker's folder before it does not count."""
    return model.rpartition("/")[2].casefold() in _SHORTENED
