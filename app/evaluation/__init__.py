"""Measures how well a running service finds what it should, on a collection with known answers."""
