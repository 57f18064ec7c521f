"""How many files of a store hold chunks, counted when that changes instead of at each search."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table vector_stores add column file_count bigint not null default 0")
    op.execute("""
        update vector_stores s set file_count = held.files
        from (select vector_store_id, count(*) files from vector_store_files where chunk_count > 0 group by 1) held
        where held.vector_store_id = s.id""")


def downgrade() -> None:
    op.execute("alter table vector_stores drop column file_count")
