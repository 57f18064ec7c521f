"""Brings a database up to this version of the program: Alembic, with our migrations."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.core.shipped import shipped


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at a SQLAlchemy URL up to `revision`."""
    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    """Return the migrations' configuration for one database."""
    config = Config()
    # Alembic interpolates options as configparser does.
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def knows(revision: str) -> bool:
    """Whether this version of the program has a migration of this name: a newer version's database it does not know."""
    known = ScriptDirectory.from_config(alembic_config("")).walk_revisions()
    return revision in {script.revision for script in known}
