"""What a file adds to the counts of lexemes: some lexemes share a row, because a row for each took as long as the chunks."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table lexeme_additions (
            id bigint generated always as identity constraint pk_lexeme_additions primary key,
            project_id varchar not null,
            vector_store_id bigint not null,
            bucket smallint not null,
            lexemes integer[] not null,
            chunks integer[] not null
        )""")
    op.execute("""
        create index ix_lexeme_additions_vector_store_id_bucket on lexeme_additions (vector_store_id, bucket)""")


def downgrade() -> None:
    op.execute("""
        insert into lexeme_counts (project_id, vector_store_id, lexeme, chunks)
        select a.project_id, a.vector_store_id, each.lexeme, each.chunks
        from lexeme_additions a, unnest(a.lexemes, a.chunks) each (lexeme, chunks)""")
    op.execute("drop table lexeme_additions")
