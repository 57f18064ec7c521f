"""The OpenAI-compatible upstream: the only room that imports `openai`. Raw bodies in, our events out."""
