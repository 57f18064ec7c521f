"""Brings a database up to this version of the program: Alembic, with our migrations.

Alembic is imported when there is something to migrate: it takes longer than the rest of most starts.
"""

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, pool, text

from app.core.shipped import shipped

if TYPE_CHECKING:
    from alembic.config import Config

_HEAD = "head"


def migrate(url: str, revision: str = _HEAD) -> None:
    """Bring the database at a SQLAlchemy URL up to `revision`."""
    if revision == _HEAD and _revision_of(url) == newest_revision():
        return

    from alembic import command  # noqa: PLC0415 - see above

    command.upgrade(alembic_config(url), revision)


def newest_revision() -> str:
    """Return the last migration's name, with which its file begins."""
    return max(path.name.partition("_")[0] for path in shipped("migrations").glob("versions/[0-9]*.py"))


def alembic_config(url: str) -> "Config":
    """Return the migrations' configuration for one database."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    # Alembic interpolates options as configparser does.
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def knows(revision: str) -> bool:
    """Whether this version of the program has a migration of this name: a newer version's database it does not know."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    known = ScriptDirectory.from_config(alembic_config("")).walk_revisions()
    return revision in {script.revision for script in known}


def _revision_of(url: str) -> str | None:
    """Return up to which migration a database has come, None if it has none."""
    engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        if connection.scalar(text("select to_regclass('alembic_version')")) is None:
            return None
        revision: str | None = connection.scalar(text("select version_num from alembic_version"))
    return revision
