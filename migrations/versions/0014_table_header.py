"""The header of the table that a chunk begins in the middle of."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table chunks add column table_header varchar")


def downgrade() -> None:
    op.execute("alter table chunks drop column table_header")
