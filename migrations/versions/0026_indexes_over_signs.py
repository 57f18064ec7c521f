"""Indexes of long embeddings are dropped: from this release on they are over sign bits, and index care builds them again.

Until then such stores are searched by a scan of their sign bits, as before their first index.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Names are of this release, like the border between short and long.
_DROP = """
    do $$ declare store bigint; begin
        for store in update vector_stores set ivfflat_lists = null, ivfflat_chunks_at_build = null, ivfflat_built_at = null,
                ivfflat_probes = null, ivfflat_recall = null, ivfflat_gain = null,
                ivfflat_serves = false, ivfflat_chunks_at_check = null
            where dimensions >= 768 and ivfflat_lists is not null returning id loop
            execute format('drop index if exists %I', 'chunks_ivfflat_' || store);
        end loop;
    end $$"""


def upgrade() -> None:
    op.execute(_DROP)


def downgrade() -> None:
    # The release before searches embeddings themselves.
    op.execute(_DROP)
