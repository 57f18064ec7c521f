"""The shelves: what callers do with files, vector stores and their memberships."""
