"""Counts of lexemes lose a key that nothing reads: each file adds hundreds of them, and each paid for its index."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '10s'")
    op.execute("alter table lexeme_counts drop column id")


def downgrade() -> None:
    op.execute("alter table lexeme_counts add column id bigint generated always as identity")
    op.execute("alter table lexeme_counts add constraint pk_lexeme_counts primary key (id)")
