"""Lexical search: each chunk's lexemes with their BM25 weights, and how many chunks of a store hold each lexeme."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table vector_stores add column language varchar")
    op.execute("""
        create table chunk_lexemes (
            vector_store_id bigint not null,
            file_id bigint not null,
            ordinal bigint not null,
            lexemes bigint[] not null,
            weights sparsevec not null,
            constraint pk_chunk_lexemes primary key (vector_store_id, file_id, ordinal),
            constraint fk_chunk_lexemes_vector_store_id_vector_store_files
                foreign key (vector_store_id, file_id)
                references vector_store_files (vector_store_id, file_id) on delete cascade
        ) with (toast_tuple_target = 128)""")
    # Ranking reads the weights of every candidate; the lexemes are read from their index.
    op.execute(
        "alter table chunk_lexemes alter weights set storage plain, alter lexemes set storage external"
    )
    op.execute("create index ix_chunk_lexemes_lexemes on chunk_lexemes using gin (lexemes)")
    # Without a foreign key: it would be checked for each of a file's hundreds of lexemes.
    op.execute("""
        create table lexeme_counts (
            id bigint generated always as identity constraint pk_lexeme_counts primary key,
            vector_store_id bigint not null,
            lexeme bigint not null,
            chunks bigint not null,
            is_total boolean not null default false
        )""")
    op.execute("""
        create index ix_lexeme_counts_vector_store_id_lexeme on lexeme_counts (vector_store_id, lexeme)
            include (chunks)""")
    op.execute("create index ix_lexeme_counts_open on lexeme_counts (vector_store_id) where not is_total")


def downgrade() -> None:
    op.execute("drop table lexeme_counts")
    op.execute("drop table chunk_lexemes")
    op.execute("alter table vector_stores drop column language")
