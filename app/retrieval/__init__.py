"""The engine that turns a question into snippets."""
