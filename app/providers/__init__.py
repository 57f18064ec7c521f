"""What writes, embeds and re-ranks: an upstream, a local model, or the deterministic fallback."""
