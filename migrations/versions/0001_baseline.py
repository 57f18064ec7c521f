"""The baseline: projects, files, vector stores, their files, and chunks with embeddings."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = ("chunks", "vector_store_files", "vector_stores", "file_parts", "files", "projects")


def upgrade() -> None:
    op.execute("create extension if not exists vector")
    op.execute("""
        create table projects (
            id varchar constraint pk_projects primary key,
            created_at timestamptz not null default now()
        )""")
    op.execute("insert into projects (id) values ('proj_default')")
    op.execute("""
        create table files (
            id bigint generated always as identity constraint pk_files primary key,
            public_id varchar not null constraint uq_files_public_id unique,
            project_id varchar not null
                constraint fk_files_project_id_projects references projects on delete cascade,
            filename varchar not null,
            purpose varchar not null,
            mime_type varchar not null,
            size_bytes bigint not null,
            sha256 bytea not null,
            expires_at timestamptz,
            created_at timestamptz not null default now()
        )""")
    op.execute("create index ix_files_project_id_created_at_id on files (project_id, created_at, id)")
    op.execute("create index ix_files_project_id_sha256 on files (project_id, sha256)")
    op.execute("""
        create table file_parts (
            file_id bigint not null
                constraint fk_file_parts_file_id_files references files on delete cascade,
            ordinal bigint not null,
            project_id varchar not null
                constraint fk_file_parts_project_id_projects references projects on delete cascade,
            data bytea not null,
            constraint pk_file_parts primary key (file_id, ordinal)
        )""")
    # Uploads are mostly compressed already: do not spend time on compressing them again.
    op.execute("alter table file_parts alter data set storage external")
    op.execute("""
        create table vector_stores (
            id bigint generated always as identity constraint pk_vector_stores primary key,
            public_id varchar not null constraint uq_vector_stores_public_id unique,
            project_id varchar not null
                constraint fk_vector_stores_project_id_projects references projects on delete cascade,
            name varchar not null default '',
            is_default boolean not null default false,
            metadata jsonb not null default '{}',
            embedding_model varchar,
            dimensions bigint,
            chunk_count bigint not null default 0,
            usage_bytes bigint not null default 0,
            last_active_at timestamptz,
            created_at timestamptz not null default now()
        )""")
    op.execute("create unique index uq_vector_stores_default on vector_stores (project_id) where is_default")
    op.execute(
        "create index ix_vector_stores_project_id_created_at_id on vector_stores (project_id, created_at, id)"
    )
    op.execute("create index ix_vector_stores_project_id_name on vector_stores (project_id, name)")
    op.execute("""
        create table vector_store_files (
            vector_store_id bigint not null
                constraint fk_vector_store_files_vector_store_id_vector_stores
                references vector_stores on delete cascade,
            file_id bigint not null
                constraint fk_vector_store_files_file_id_files references files on delete cascade,
            project_id varchar not null
                constraint fk_vector_store_files_project_id_projects references projects on delete cascade,
            status varchar not null,
            attributes jsonb not null default '{}',
            chunking jsonb not null,
            chunk_count bigint not null default 0,
            usage_bytes bigint not null default 0,
            last_error_code varchar,
            last_error_message varchar,
            completed_at timestamptz,
            created_at timestamptz not null default now(),
            constraint pk_vector_store_files primary key (vector_store_id, file_id)
        )""")
    op.execute("create index ix_vector_store_files_file_id on vector_store_files (file_id)")
    op.execute(
        "create index ix_vector_store_files_attributes on vector_store_files "
        "using gin (attributes jsonb_path_ops)"
    )
    op.execute("""
        create table chunks (
            vector_store_id bigint not null,
            file_id bigint not null,
            ordinal bigint not null,
            project_id varchar not null
                constraint fk_chunks_project_id_projects references projects on delete cascade,
            content varchar not null,
            content_sha256 bytea not null,
            char_start bigint not null,
            char_end bigint not null,
            page bigint,
            heading varchar,
            embedding halfvec not null,
            constraint pk_chunks primary key (vector_store_id, file_id, ordinal),
            constraint fk_chunks_vector_store_id_vector_store_files
                foreign key (vector_store_id, file_id)
                references vector_store_files (vector_store_id, file_id) on delete cascade
        ) with (toast_tuple_target = 128)""")
    # Embeddings do not compress, and a scan of the hot row should not read them.
    op.execute("alter table chunks alter embedding set storage external")
    op.execute("create index ix_chunks_project_id_content_sha256 on chunks (project_id, content_sha256)")


def downgrade() -> None:
    # The extension stays: other schemas of the same database may use it.
    for table in _TABLES:
        op.execute(f"drop table {table}")
