"""Use cases on what is stored: files, vector stores, memberships, batches, uploads, responses, conversations."""
