"""Answers that are kept for repeated requests name the files that they quote, and are deleted with them."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table idempotent_answers add column file_ids varchar[] not null default '{}'")
    op.execute("create index ix_idempotent_answers_file_ids on idempotent_answers using gin (file_ids)")


def downgrade() -> None:
    op.execute("alter table idempotent_answers drop column file_ids")
