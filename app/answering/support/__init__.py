"""Whether a passage supports a statement: words, numbers, names and negations, each in a file of its own."""
