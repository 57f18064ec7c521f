"""Which files a recorded retrieval quotes, so that their texts go with them."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table retrievals add column file_ids varchar[] not null default '{}'")
    op.execute("""
        update retrievals set file_ids = array(
            select distinct chunk ->> 'file_id' from jsonb_array_elements(record -> 'chunks') chunk
        )""")
    op.execute("create index ix_retrievals_file_ids on retrievals using gin (file_ids)")


def downgrade() -> None:
    op.execute("alter table retrievals drop column file_ids")
