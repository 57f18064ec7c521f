"""Brings a database up to this version of the program: Alembic, with our migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at a SQLAlchemy URL up to `revision`."""
    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    """Return the migrations' configuration for one database."""
    config = Config(_ALEMBIC_INI)
    config.attributes["url"] = url
    return config
