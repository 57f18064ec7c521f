"""The front door: one file per OpenAI resource; parse, call one engine, render."""
