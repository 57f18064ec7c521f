"""API keys in the database, and the projects that they belong to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core import ids
from app.core.errors import NotFound
from app.core.permissions import Allowance, Reach, Scope
from app.db.announcements import KEYS_CHANGED
from app.db.connections import SystemConnections
from app.wire.filters import Filter, to_filter

_ANNOUNCE = text(f"notify {KEYS_CHANGED}")
_FIND = text("""
    select k.*, p.name as project, extract(epoch from k.expires_at - now())::float as seconds_left
    from api_keys k join projects p on p.id = k.project_id where k.id = :id
""")
_LIST = text("""
    select k.*, p.name as project, extract(epoch from k.expires_at - now())::float as seconds_left
    from api_keys k join projects p on p.id = k.project_id
    where cast(:project as varchar) is null or p.name = :project order by k.created_at, k.id limit 10000
""")
_STANDING = text("""
    select exists (select from api_keys) as has_keys, p.tokens_per_month - (
        select coalesce(sum(prompt_tokens + completion_tokens), 0) from key_usage u
        where u.project_id = p.id and p.tokens_per_month is not null
          and u.day >= date_trunc('month', now() at time zone 'utc')
    )::bigint as tokens_left
    from projects p where p.id = :project_id
""")
_CREATE = text("""
    insert into api_keys (
        id, project_id, name, secret_sha256, scopes, vector_store_ids, filters, requests_per_minute,
        tokens_per_minute, expires_at
    ) values (
        :id, :project_id, :name, :secret_sha256, :scopes, :vector_store_ids, cast(:filters as jsonb),
        :requests_per_minute, :tokens_per_minute, now() + make_interval(secs => :expires_seconds)
    )
""")
_REVOKE = text(
    "update api_keys set revoked_at = coalesce(revoked_at, now()) where id = :id returning project_id"
)
_ROTATE = text("""
    update api_keys set secret_sha256 = :secret_sha256 where id = :id and revoked_at is null returning project_id
""")
_MAKE_PROJECT = text("insert into projects (id, name) values (:id, :name) on conflict (name) do nothing")
_PROJECT = text("select id from projects where name = :name")
_STORE = text("""
    select public_id from vector_stores where project_id = :project_id and (public_id = :reference or name = :reference)
    order by public_id <> :reference, id limit 1
""")
_BUDGET = text("update projects set tokens_per_month = :tokens where id = :id")
_FILTER: TypeAdapter[Any] = TypeAdapter(Filter)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is stored. `seconds_left` is None if it never expires; by the database's clock."""

    key_id: str
    project_id: str
    project: str
    name: str
    secret_sha256: bytes
    scopes: frozenset[Scope]
    reach: Reach
    allowance: Allowance
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    seconds_left: float | None

    @property
    def state(self) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.seconds_left is not None and self.seconds_left <= 0 else "active"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be stored; `filters` are JSON as the API takes them."""

    key_id: str
    project_id: str
    secret_sha256: bytes
    scopes: frozenset[Scope]
    name: str = ""
    stores: tuple[str, ...] | None = None
    filters: dict[str, Any] | None = None
    allowance: Allowance = Allowance()  # noqa: RUF009 - it is frozen
    expires_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether keys are needed at all, and how many tokens a project may still use this month (None: no budget)."""

    has_keys: bool
    tokens_left: int | None


class Keys:
    """The keys of all projects."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def find(self, key_id: str) -> StoredKey | None:
        """Return the key of this id, whatever its state, or None."""
        async with self._connections.begin() as connection:
            row = (await connection.execute(_FIND, {"id": key_id})).one_or_none()
        return _stored(row) if row is not None else None

    async def list(self, project: str | None) -> Sequence[StoredKey]:
        """Return the keys of a project, of all without one, the oldest first."""
        async with self._connections.begin() as connection:
            return [_stored(row) for row in await connection.execute(_LIST, {"project": project})]

    async def standing(self, project_id: str) -> Standing:
        """Return how a project stands now."""
        async with self._connections.begin() as connection:
            row = (await connection.execute(_STANDING, {"project_id": project_id})).one_or_none()
        return (
            Standing(row.has_keys, row.tokens_left)
            if row is not None
            else Standing(has_keys=True, tokens_left=None)
        )

    async def find_or_create_project(self, name: str) -> str:
        """Return the id of the project of this name; a new name makes one."""
        async with self._connections.begin() as connection:
            await connection.execute(_MAKE_PROJECT, {"id": ids.make_project_id(), "name": name})
            return str((await connection.execute(_PROJECT, {"name": name})).scalar_one())

    async def get_project(self, name: str) -> str:
        """Return the id of the project of this name; raise NotFound."""
        async with self._connections.begin() as connection:
            found = (await connection.execute(_PROJECT, {"name": name})).scalar_one_or_none()
        if found is None:
            raise NotFound(f"There is no project named {name!r}.")
        return str(found)

    async def set_budget(self, project_id: str, tokens_per_month: int | None) -> None:
        """Set how many tokens a project may use in a month; None is no limit."""
        async with self._connections.begin() as connection:
            await connection.execute(_BUDGET, {"id": project_id, "tokens": tokens_per_month})
            await connection.execute(_ANNOUNCE)

    async def create(self, key: NewKey) -> None:
        """Store a key. Its stores may be named by id or name; raise NotFound for one that the project has not."""
        async with self._connections.begin() as connection:
            stores = None
            if key.stores is not None:
                stores = [await _store_id(connection, key.project_id, reference) for reference in key.stores]
            values = {
                "id": key.key_id,
                "project_id": key.project_id,
                "name": key.name,
                "secret_sha256": key.secret_sha256,
                "scopes": sorted(key.scopes),
                "vector_store_ids": stores,
                "filters": None if key.filters is None else orjson.dumps(key.filters).decode(),
                "requests_per_minute": key.allowance.requests_per_minute,
                "tokens_per_minute": key.allowance.tokens_per_minute,
                "expires_seconds": key.expires_seconds,
            }
            await connection.execute(_CREATE, values)
            await connection.execute(_ANNOUNCE)

    async def revoke(self, key_id: str) -> str:
        """Revoke a key for good, and return its project; raise NotFound."""
        async with self._connections.begin() as connection:
            found = (await connection.execute(_REVOKE, {"id": key_id})).scalar_one_or_none()
            await connection.execute(_ANNOUNCE)
        return _known(found, key_id)

    async def rotate(self, key_id: str, secret_sha256: bytes) -> str:
        """Give a key another secret, and return its project; raise NotFound for a key that is not there or revoked."""
        async with self._connections.begin() as connection:
            wanted = {"id": key_id, "secret_sha256": secret_sha256}
            found = (await connection.execute(_ROTATE, wanted)).scalar_one_or_none()
            await connection.execute(_ANNOUNCE)
        return _known(found, key_id)


async def _store_id(connection: AsyncConnection, project_id: str, reference: str) -> str:
    wanted = {"project_id": project_id, "reference": reference}
    found = (await connection.execute(_STORE, wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"The project has no vector store {reference!r}.")
    return str(found)


def _known(project_id: str | None, key_id: str) -> str:
    if project_id is None:
        raise NotFound(f"There is no such key: {key_id!r}.")
    return project_id


def _stored(row: Row[Any]) -> StoredKey:
    stores = None if row.vector_store_ids is None else tuple(row.vector_store_ids)
    filters = None if row.filters is None else to_filter(_FILTER.validate_python(row.filters))
    return StoredKey(
        key_id=row.id,
        project_id=row.project_id,
        project=row.project or row.project_id,
        name=row.name,
        secret_sha256=row.secret_sha256,
        # A release that knows more scopes may have written others.
        scopes=frozenset(Scope(scope) for scope in row.scopes if scope in set(Scope)),
        reach=Reach(stores, filters),
        allowance=Allowance(row.requests_per_minute, row.tokens_per_minute),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        seconds_left=row.seconds_left,
    )
