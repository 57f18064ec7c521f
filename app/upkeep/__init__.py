"""Care of what is stored: indexes, expiry, and moves to other embeddings and words."""
