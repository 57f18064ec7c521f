"""Bytes to text: one file per kind of document, run in a limited process of its own."""
