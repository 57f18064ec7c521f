"""Small programs around a running Footnote, to try and to copy from."""
