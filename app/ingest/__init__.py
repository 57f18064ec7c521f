"""The engine that turns bytes into searchable chunks."""
