"""Embeddings of a store in its next space. The present ones serve until all of these are there."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table vector_stores
            add column next_embedding_model varchar,
            add column next_dimensions bigint""")
    op.execute("""
        create table next_embeddings (
            vector_store_id bigint not null,
            file_id bigint not null,
            ordinal bigint not null,
            content_sha256 bytea not null,
            embedding halfvec not null,
            projected bit varying,
            constraint pk_next_embeddings primary key (vector_store_id, file_id, ordinal),
            constraint fk_next_embeddings_vector_store_id_vector_store_files
                foreign key (vector_store_id, file_id)
                references vector_store_files (vector_store_id, file_id) on delete cascade
        )""")
    op.execute("alter table next_embeddings alter embedding set storage external")


def downgrade() -> None:
    op.execute("drop table next_embeddings")
    op.execute("""
        alter table vector_stores drop column next_embedding_model, drop column next_dimensions""")
