"""How many chunks of a file that is read are embedded, and how many there are."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table vector_store_files
            add column chunks_done bigint not null default 0,
            add column chunks_total bigint not null default 0""")


def downgrade() -> None:
    op.execute("alter table vector_store_files drop column chunks_total, drop column chunks_done")
