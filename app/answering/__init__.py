"""The engine that turns a chat request into a grounded answer, as a stream of events."""
