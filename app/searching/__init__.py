"""One search as a use case: make the query, search, and record the retrieval."""
