"""Footnote: an OpenAI-compatible server that answers from your documents, with footnotes."""

__version__ = "0.2.0"
