"""Whoever embeds and writes: an upstream, or the deterministic fallback."""
