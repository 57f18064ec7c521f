"""The queue: a vector store file that is in progress is a job, with attempts, a lease, and when to try it next."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table vector_store_files
            add column attempts bigint not null default 0,
            add column run_after timestamptz not null default now(),
            add column lease_token varchar,
            add column lease_until timestamptz""")
    op.execute(
        "create index ix_vector_store_files_queue on vector_store_files (run_after) where status = 'in_progress'"
    )
    op.execute("""
        alter table vector_stores
            add column description varchar,
            add column expires_after_days bigint""")


def downgrade() -> None:
    op.execute("alter table vector_stores drop column description, drop column expires_after_days")
    op.execute("drop index ix_vector_store_files_queue")
    op.execute("""
        alter table vector_store_files
            drop column attempts, drop column run_after, drop column lease_token, drop column lease_until""")
