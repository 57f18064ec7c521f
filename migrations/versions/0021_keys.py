"""API keys, what they use, the audit, and first answers to repeated requests; projects get a name and a budget."""

from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

_PROJECT = """project_id varchar not null constraint fk_{table}_project_id_projects
            references projects (id) on delete cascade"""


def upgrade() -> None:
    op.execute("alter table projects add column name varchar constraint uq_projects_name unique")
    op.execute("alter table projects add column tokens_per_month bigint")
    op.execute("update projects set name = 'default' where id = 'proj_default'")
    op.execute(f"""
        create table api_keys (
            id varchar constraint pk_api_keys primary key,
            {_PROJECT.format(table="api_keys")},
            name varchar not null default '',
            secret_sha256 bytea not null,
            scopes varchar[] not null,
            vector_store_ids varchar[],
            filters jsonb,
            requests_per_minute bigint,
            tokens_per_minute bigint,
            expires_at timestamptz,
            revoked_at timestamptz,
            last_used_at timestamptz,
            created_at timestamptz not null default now()
        )""")
    op.execute("create index ix_api_keys_project_id on api_keys (project_id)")
    op.execute(f"""
        create table key_usage (
            {_PROJECT.format(table="key_usage")},
            day date not null,
            key_id varchar not null default '',
            requests bigint not null default 0,
            prompt_tokens bigint not null default 0,
            completion_tokens bigint not null default 0,
            constraint pk_key_usage primary key (project_id, day, key_id)
        )""")
    op.execute(f"""
        create table audit_entries (
            id bigint generated always as identity constraint pk_audit_entries primary key,
            {_PROJECT.format(table="audit_entries")},
            action varchar not null,
            subject varchar not null,
            key_id varchar,
            request_id varchar,
            created_at timestamptz not null default now()
        )""")
    op.execute(
        "create index ix_audit_entries_project_id_created_at on audit_entries (project_id, created_at)"
    )
    op.execute("create index ix_audit_entries_created_at on audit_entries (created_at)")
    op.execute(f"""
        create table idempotent_answers (
            {_PROJECT.format(table="idempotent_answers")},
            caller varchar not null,
            idempotency_key varchar not null,
            token varchar not null,
            fingerprint bytea,
            status bigint,
            headers jsonb,
            body bytea,
            created_at timestamptz not null default now(),
            constraint pk_idempotent_answers primary key (project_id, caller, idempotency_key)
        )""")
    op.execute("create index ix_idempotent_answers_created_at on idempotent_answers (created_at)")
    # Which key made it: a key that is bound to some documents sees only its own.
    for table in ("responses", "conversations"):
        op.execute(f"alter table {table} add column key_id varchar")


def downgrade() -> None:
    for table in ("conversations", "responses"):
        op.execute(f"alter table {table} drop column key_id")
    for table in ("idempotent_answers", "audit_entries", "key_usage", "api_keys"):
        op.execute(f"drop table {table}")
    op.execute("alter table projects drop column tokens_per_month")
    op.execute("alter table projects drop column name")
