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
# The wall between projects inside of PostgreSQL, for the serving role: it sees and writes the rows of the project that its
# transaction names, or all if the transaction says which work of the server's own it is for. The settings stand in
# subqueries, so that they are read once for a statement and not for each row.
_UNWALLED = text("""
    select format(
        'alter table %1$I enable row level security; create policy own_project on %1$I to %2$I using ('
        || 'project_id = (select current_setting($$footnote.project$$, true)) '
        || 'or (select coalesce(length(current_setting($$footnote.system$$, true)), 0) > 0))',
        c.relname, cast(:role as text)
    )
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id' and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and not c.relname = any(cast(:open as text[]))
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'own_project')
    order by c.relname
""")
# Tables without it have only the repositories' own conditions. Those of the first line are filled by COPY, which PostgreSQL refuses
# behind a policy. Those of the second live on GIN indexes, which it does not use there, because their conditions could tell of rows
# that are hidden. And a search finds nothing when one of its stores is another project's, which it has to see for that.
OPEN = (
    *("chunks", "chunk_lexemes", "lexeme_counts", "lexeme_additions", "file_parts", "upload_pieces"),
    *("retrievals", "vector_store_files", "idempotent_answers"),
    "vector_stores",
)


def let_serve(urls: DatabaseUrls) -> None:
    """Let the serving role read and write every table of a migrated database, one project's rows at a time.

    Nothing to do where it is the owner.
    """
    role = make_url(urls.serving).username
    if role is None or role == make_url(urls.owning).username:
        return
    engine = create_engine(urls.owning, poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        for grant in connection.scalars(_UNGRANTED, {"role": role}).all():
            connection.execute(text(grant))
        for wall in connection.scalars(_UNWALLED, {"role": role, "open": list(OPEN)}).all():
            connection.execute(text(wall))
