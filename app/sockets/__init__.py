"""Connections of HTTP clients: how long each may take, and how many there may be."""
