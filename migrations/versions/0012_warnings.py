"""What a file's reader could not read, and the page that a chunk ends on."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table vector_store_files add column warnings varchar[] not null default '{}'")
    op.execute("alter table chunks add column page_end bigint")


def downgrade() -> None:
    op.execute("alter table chunks drop column page_end")
    op.execute("alter table vector_store_files drop column warnings")
