"""All processes are told when a store is made, renamed or deleted: they remember the list of models."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create function tell_of_stores() returns trigger language plpgsql as $$
        begin
            notify footnote_stores;
            return null;
        end $$""")
    op.execute("""
        create trigger tell_of_stores after insert or delete or update of name on vector_stores
        for each statement execute function tell_of_stores()""")


def downgrade() -> None:
    op.execute("drop trigger tell_of_stores on vector_stores")
    op.execute("drop function tell_of_stores()")
