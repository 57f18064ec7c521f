"""Ingest over the queue: progress, files that take the place of others, single files first, known embeddings."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table vector_store_files
            add column progress bigint not null default 0,
            add column replaces_same_name boolean not null default false""")
    # A single file is waited for by somebody; a batch of thousands must not stand before it.
    op.execute("drop index ix_vector_store_files_queue")
    op.execute("""
        create index ix_vector_store_files_queue on vector_store_files ((batch_id is not null), run_after)
            where status = 'in_progress'""")
    # Unlogged: half the cost of writing, and all that a crash of PostgreSQL loses is asked for again.
    op.execute("""
        create unlogged table embedding_cache (
            project_id varchar not null
                constraint fk_embedding_cache_project_id_projects references projects on delete cascade,
            model varchar not null,
            dimensions bigint not null,
            sha256 bytea not null,
            embedding halfvec not null,
            created_at timestamptz not null default now(),
            constraint pk_embedding_cache primary key (project_id, model, dimensions, sha256)
        )""")
    op.execute("alter table embedding_cache alter embedding set storage external")
    op.execute("create index ix_embedding_cache_created_at on embedding_cache (created_at)")


def downgrade() -> None:
    op.execute("drop table embedding_cache")
    op.execute("drop index ix_vector_store_files_queue")
    op.execute(
        "create index ix_vector_store_files_queue on vector_store_files (run_after) where status = 'in_progress'"
    )
    op.execute("alter table vector_store_files drop column progress, drop column replaces_same_name")
