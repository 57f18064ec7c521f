"""File batches, and uploads in parts."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table file_batches (
            id bigint generated always as identity constraint pk_file_batches primary key,
            public_id varchar not null constraint uq_file_batches_public_id unique,
            project_id varchar not null
                constraint fk_file_batches_project_id_projects references projects on delete cascade,
            vector_store_id bigint not null
                constraint fk_file_batches_vector_store_id_vector_stores
                references vector_stores on delete cascade,
            is_cancelled boolean not null default false,
            created_at timestamptz not null default now()
        )""")
    op.execute("""
        alter table vector_store_files add column batch_id bigint
            constraint fk_vector_store_files_batch_id_file_batches references file_batches on delete set null""")
    op.execute("create index ix_vector_store_files_batch_id on vector_store_files (batch_id)")
    op.execute("""
        create table uploads (
            id bigint generated always as identity constraint pk_uploads primary key,
            public_id varchar not null constraint uq_uploads_public_id unique,
            project_id varchar not null
                constraint fk_uploads_project_id_projects references projects on delete cascade,
            filename varchar not null,
            purpose varchar not null,
            size_bytes bigint not null,
            mime_type varchar not null,
            status varchar not null,
            file_expires_seconds bigint,
            expires_at timestamptz not null,
            file_id bigint constraint fk_uploads_file_id_files references files on delete set null,
            created_at timestamptz not null default now()
        )""")
    op.execute("""
        create table upload_parts (
            id bigint generated always as identity constraint pk_upload_parts primary key,
            public_id varchar not null constraint uq_upload_parts_public_id unique,
            project_id varchar not null
                constraint fk_upload_parts_project_id_projects references projects on delete cascade,
            upload_id bigint not null
                constraint fk_upload_parts_upload_id_uploads references uploads on delete cascade,
            size_bytes bigint not null,
            created_at timestamptz not null default now()
        )""")
    op.execute("create index ix_upload_parts_upload_id on upload_parts (upload_id)")
    op.execute("""
        create table upload_pieces (
            part_id bigint not null
                constraint fk_upload_pieces_part_id_upload_parts references upload_parts on delete cascade,
            ordinal bigint not null,
            project_id varchar not null
                constraint fk_upload_pieces_project_id_projects references projects on delete cascade,
            data bytea not null,
            constraint pk_upload_pieces primary key (part_id, ordinal)
        )""")
    op.execute("alter table upload_pieces alter data set storage external")


def downgrade() -> None:
    op.execute("drop table upload_pieces")
    op.execute("drop table upload_parts")
    op.execute("drop table uploads")
    op.execute("drop index ix_vector_store_files_batch_id")
    op.execute("alter table vector_store_files drop column batch_id")
    op.execute("drop table file_batches")
