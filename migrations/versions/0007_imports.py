"""What was copied from another server, so that an interrupted copy resumes and copies nothing twice."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table imports (
            project_id varchar not null
                constraint fk_imports_project_id_projects references projects on delete cascade,
            source varchar not null,
            remote_id varchar not null,
            local_id varchar not null,
            created_at timestamptz not null default now(),
            constraint pk_imports primary key (project_id, source, remote_id)
        )""")


def downgrade() -> None:
    op.execute("drop table imports")
