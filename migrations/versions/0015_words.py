"""Words by file: its language, which version of the analyser read it, and the languages that a store holds."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table vector_stores add column languages varchar[] not null default '{}'")
    op.execute("alter table vector_stores add column language_given boolean not null default false")
    # Version 0 is everything that was read before; it is read again in the background.
    op.execute("""
        alter table vector_store_files add column language varchar,
            add column words_version bigint not null default 0,
            add column words_done bigint not null default 0""")
    op.execute("""
        create index ix_vector_store_files_words on vector_store_files (words_version, vector_store_id, file_id)
            where chunk_count > 0""")


def downgrade() -> None:
    op.execute("drop index ix_vector_store_files_words")
    op.execute("""
        alter table vector_store_files drop column language, drop column words_version, drop column words_done""")
    op.execute("alter table vector_stores drop column languages, drop column language_given")
