"""What a file adds to the counts of lexemes is one row at first, and not one for each of its lexemes."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table lexeme_additions (
            id bigint generated always as identity constraint pk_lexeme_additions primary key,
            vector_store_id bigint not null,
            project_id varchar not null default 'proj_default',
            lexemes integer[] not null,
            counts integer[] not null
        ) with (toast_tuple_target = 8160)""")
    op.execute("create index ix_lexeme_additions_vector_store_id on lexeme_additions (vector_store_id)")


def downgrade() -> None:
    op.execute("""
        insert into lexeme_counts (project_id, vector_store_id, lexeme, chunks)
        select project_id, vector_store_id, lexeme, sum(chunks)
        from lexeme_additions, unnest(lexemes, counts) added (lexeme, chunks) group by 1, 2, 3""")
    op.execute("drop table lexeme_additions")
