"""OpenAI's shapes: request models and body builders, pure."""
