"""Work that is queued in the database, and its runner."""
