"""How well a running service finds what it should, judged on a collection of one's own."""
