"""Where deleted rows stood in their lists, so that a cursor to one of them still is a place."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Statement triggers see whatever deletes a row, an expiry or a cascade as well, and cost one insert a statement. Rows
# that go with their whole list, or with their project, leave no place.
_KEEP = """
    create function keep_{list}_places() returns trigger language plpgsql as $$
    begin
        insert into deleted_places (list, store_id, public_id, project_id, created_at, number)
        {rows}
        on conflict (list, store_id, public_id) do update
            set created_at = excluded.created_at, number = excluded.number, deleted_at = now();
        return null;
    end $$"""
_ROWS = {
    "files": """
        select 'files', 0, g.public_id, g.project_id, g.created_at, g.id
        from gone g join projects p on p.id = g.project_id""",
    "vector_stores": """
        select 'vector_stores', 0, g.public_id, g.project_id, g.created_at, g.id
        from gone g join projects p on p.id = g.project_id""",
    "vector_store_files": """
        select 'vector_store_files', g.vector_store_id, f.public_id, g.project_id, g.created_at, g.file_id
        from gone g
        join projects p on p.id = g.project_id
        join vector_stores s on s.id = g.vector_store_id
        join files f on f.id = g.file_id""",
}


def upgrade() -> None:
    op.execute("""
        create table deleted_places (
            list varchar not null,
            store_id bigint not null,
            public_id varchar not null,
            project_id varchar not null constraint fk_deleted_places_project_id_projects
                references projects (id) on delete cascade,
            created_at timestamptz not null,
            number bigint not null,
            deleted_at timestamptz not null default now(),
            constraint pk_deleted_places primary key (list, store_id, public_id)
        )""")
    op.execute("create index ix_deleted_places_deleted_at on deleted_places (deleted_at)")
    for name, rows in _ROWS.items():
        op.execute(_KEEP.format(list=name, rows=rows))
        op.execute(f"""
            create trigger keep_places after delete on {name} referencing old table as gone
            for each statement execute function keep_{name}_places()""")


def downgrade() -> None:
    for name in _ROWS:
        op.execute(f"drop trigger keep_places on {name}")
        op.execute(f"drop function keep_{name}_places")
    op.execute("drop table deleted_places")
