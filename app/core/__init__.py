"""Vocabulary with no I/O."""
