"""Two roles: the owner of the tables migrates and builds indexes, the serving role reads and writes rows."""

from sqlalchemy import create_engine, make_url, pool, text

from app.db.engine import DatabaseUrls

_ONE_AT_A_TIME = 7_021_946_353
# Granting what is granted already would write to the catalogue at each start.
_UNGRANTED = text("""
    select format('grant %s on %s %I to %I', needed.rights, needed.kind, c.relname, cast(:role as text))
    from pg_class c
    join (values
        ('r', 'table', 'select, insert, update, delete', array['select', 'insert', 'update', 'delete']),
        ('S', 'sequence', 'usage, select', array['usage', 'select'])
    ) as needed (relkind, kind, rights, each_right) on needed.relkind = cast(c.relkind as text)
    where c.relnamespace = current_schema()::regnamespace and c.relname <> 'alembic_version'
      and exists (
          select from unnest(needed.each_right) each_right
          where not case c.relkind when 'r' then has_table_privilege(:role, c.oid, each_right)
                else has_sequence_privilege(:role, c.oid, each_right) end
      )
    order by c.relname
""")


def let_serve(urls: DatabaseUrls) -> None:
    """Let the serving role read and write every table of a migrated database; nothing to do where it is the owner."""
    role = make_url(urls.serving).username
    if role is None or role == make_url(urls.owning).username:
        return
    engine = create_engine(urls.owning, poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        for grant in connection.scalars(_UNGRANTED, {"role": role}).all():
            connection.execute(text(grant))
