"""Runs the migrations: on the connection URL handed in by the program, else on the settings' database."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from app.db.engine import sqlalchemy_url
from app.models import Record
from app.settings import Settings

_ONE_MIGRATOR_AT_A_TIME = 7_021_946_351


@contextmanager
def _database_url() -> Iterator[str]:
    if url := context.config.attributes.get("url"):
        yield url
        return

    settings = Settings()
    if settings.database_url is not None:
        yield sqlalchemy_url(settings.database_url.get_secret_value())
        return

    from app.postgres.embedded import start_embedded  # noqa: PLC0415 - never loaded with a server of one's own

    with start_embedded(settings.data_dir) as embedded:
        yield embedded.url


def _run(connection: Connection) -> None:
    # The lock ends with the transaction: replicas that start together migrate one after another.
    context.configure(connection=connection, target_metadata=Record.metadata)
    with context.begin_transaction():
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_MIGRATOR_AT_A_TIME})
        context.run_migrations()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=Record.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with _database_url() as url:
        engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True)
        with engine.connect() as connection:
            _run(connection)
