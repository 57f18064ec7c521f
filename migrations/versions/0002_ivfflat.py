"""What IVFFlat search needs (sign bits, the index's state per store), and a file's `source` and `metadata`.

No index is made here: IVFFlat built on an empty table finds a fifth of what it should once rows come. It is built
concurrently after the load, one partial index a large store (`footnote index build`).
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table chunks
            add column bits bit varying generated always as (binary_quantize(embedding)) stored""")
    # Inline and uncompressed: the exact scan over the sign bits is the hot path below the index's size.
    op.execute("alter table chunks alter bits set storage plain")
    op.execute("""
        alter table vector_stores
            add column ivfflat_lists bigint,
            add column ivfflat_chunks_at_build bigint,
            add column ivfflat_built_at timestamptz""")
    op.execute("""
        alter table vector_store_files
            add column source varchar,
            add column metadata jsonb not null default '{}'""")


def downgrade() -> None:
    # The indexes go first: an older release would neither use nor rebuild them.
    op.execute("""
        do $$ declare name text; begin
            for name in select indexname from pg_indexes
                where schemaname = current_schema() and indexname like 'chunks\\_ivfflat\\_%' loop
                execute format('drop index %I', name);
            end loop;
        end $$""")
    op.execute("alter table vector_store_files drop column source, drop column metadata")
    op.execute("""
        alter table vector_stores
            drop column ivfflat_lists, drop column ivfflat_chunks_at_build, drop column ivfflat_built_at""")
    op.execute("alter table chunks drop column bits")
