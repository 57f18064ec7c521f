"""Responses and conversations, with the items that both are made of."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_PROJECT = """project_id varchar not null constraint fk_{table}_project_id_projects
            references projects (id) on delete cascade"""


def upgrade() -> None:
    op.execute(f"""
        create table responses (
            id bigint generated always as identity constraint pk_responses primary key,
            public_id varchar not null constraint uq_responses_public_id unique,
            previous_id bigint constraint fk_responses_previous_id_responses
                references responses (id) on delete set null,
            expires_at timestamptz,
            body jsonb not null,
            events jsonb not null,
            {_PROJECT.format(table="responses")},
            created_at timestamptz not null default now()
        )""")
    op.execute("create index ix_responses_expires_at on responses (expires_at)")
    op.execute("create index ix_responses_previous_id on responses (previous_id)")
    op.execute(f"""
        create table conversations (
            id bigint generated always as identity constraint pk_conversations primary key,
            public_id varchar not null constraint uq_conversations_public_id unique,
            notes jsonb not null,
            {_PROJECT.format(table="conversations")},
            created_at timestamptz not null default now()
        )""")
    op.execute(f"""
        create table response_items (
            id bigint generated always as identity constraint pk_response_items primary key,
            public_id varchar not null,
            response_id bigint constraint fk_response_items_response_id_responses
                references responses (id) on delete cascade,
            conversation_id bigint constraint fk_response_items_conversation_id_conversations
                references conversations (id) on delete cascade,
            is_output boolean not null,
            item jsonb not null,
            {_PROJECT.format(table="response_items")},
            created_at timestamptz not null default now()
        )""")
    op.execute(
        "create index ix_response_items_project_id_public_id on response_items (project_id, public_id)"
    )
    op.execute("create index ix_response_items_response_id on response_items (response_id)")
    op.execute("create index ix_response_items_conversation_id on response_items (conversation_id)")


def downgrade() -> None:
    op.execute("drop table response_items")
    op.execute("drop table conversations")
    op.execute("drop table responses")
