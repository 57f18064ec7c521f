"""How far the log of changes reached when a project was last written, for reads from replicas."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not logged: it is of use to this server only, and its rows must not outlive a crash or come with a restored backup.
    op.execute("""
        create unlogged table write_marks (
            project_id varchar constraint pk_write_marks primary key
                constraint fk_write_marks_project_id_projects references projects (id) on delete cascade,
            lsn bigint not null
        )""")


def downgrade() -> None:
    op.execute("drop table write_marks")
