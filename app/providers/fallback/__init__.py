"""The deterministic provider: embeddings and answers without a model."""
