"""Projected sign bits of short embeddings, and what is known of each IVFFlat index: probes, recall, gain."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for older chunks, which are searched by their plain sign bits.
    op.execute("alter table chunks add column projected bit varying")
    op.execute("alter table chunks alter projected set storage plain")
    op.execute("""
        alter table vector_stores
            add column ivfflat_probes bigint,
            add column ivfflat_recall double precision,
            add column ivfflat_gain double precision,
            add column ivfflat_serves boolean not null default false,
            add column ivfflat_chunks_at_check bigint""")


def downgrade() -> None:
    op.execute("""
        alter table vector_stores
            drop column ivfflat_probes, drop column ivfflat_recall, drop column ivfflat_gain,
            drop column ivfflat_serves, drop column ivfflat_chunks_at_check""")
    op.execute("alter table chunks drop column projected")
