"""The HTTP API: one file per OpenAI resource; parse, call one engine, render."""
