"""Retrievals: what each search looked for and found, to be looked at again."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table retrievals (
            id bigint generated always as identity constraint pk_retrievals primary key,
            public_id varchar not null constraint uq_retrievals_public_id unique,
            project_id varchar not null
                constraint fk_retrievals_project_id_projects references projects on delete cascade,
            record jsonb not null,
            created_at timestamptz not null default now()
        )""")


def downgrade() -> None:
    op.execute("drop table retrievals")
