"""Secrets that the server keeps for itself, such as the key that signs links to sources."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table secrets (
            name varchar not null constraint pk_secrets primary key,
            value bytea not null,
            created_at timestamptz not null default now()
        )""")


def downgrade() -> None:
    op.execute("drop table secrets")
