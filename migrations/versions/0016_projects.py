"""Every table has its project: those that were reached only through their stores get the column."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLES = ("chunk_lexemes", "lexeme_counts", "next_embeddings")
_OF_OTHERS = """
    update {table} t set project_id = s.project_id from vector_stores s
    where s.id = t.vector_store_id and s.project_id <> 'proj_default'
"""


def upgrade() -> None:
    for table in _TABLES:
        # A constant default is noted in the catalogue: no row is written. The previous release goes on inserting without
        # the column, for the one project that it knows.
        op.execute(f"alter table {table} add column project_id varchar not null default 'proj_default'")
        op.execute(_OF_OTHERS.format(table=table))


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"alter table {table} drop column project_id")
