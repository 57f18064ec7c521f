"""Tables as SQLAlchemy records."""
