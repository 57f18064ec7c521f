"""Measurements, each a script of its own: ratios within one run, never absolute times."""
