"""API keys: create, list, revoke, rotate."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from app.access.keys import Token, make_token
from app.core.errors import InvalidRequest
from app.core.permissions import ALL_SCOPES, AS_SET, READING_SCOPES, Allowance, Scope
from app.db.audit import Audited, AuditRows
from app.db.keys import Keys, NewKey, StoredKey


@dataclass(frozen=True, slots=True)
class KeyWish:
    """The key that somebody wants. Without scopes it may do everything but administer, or read if it is bound."""

    project: str
    name: str = ""
    scopes: frozenset[Scope] = frozenset()
    stores: tuple[str, ...] | None = None
    filters: dict[str, Any] | None = None
    allowance: Allowance = AS_SET
    expires_seconds: float | None = None

    @property
    def is_bound(self) -> bool:
        return self.stores is not None or self.filters is not None


class KeyLibrary:
    """The keys of all projects."""

    def __init__(self, keys: Keys, audit: AuditRows) -> None:
        self._keys = keys
        self._audit = audit

    async def create(self, wish: KeyWish) -> Token:
        """Make a key, and the project if there is none of this name. The secret cannot be shown again.

        Raises InvalidRequest for a bound key that shall write, NotFound for a store that is not there.
        """
        scopes = wish.scopes or (READING_SCOPES if wish.is_bound else ALL_SCOPES - {Scope.ADMIN})
        _check_bound(wish, scopes)
        token = make_token()
        project_id = await self._keys.find_or_create_project(wish.project)
        key = NewKey(
            token.key_id,
            project_id,
            token.secret_sha256,
            frozenset(scopes),
            name=wish.name,
            stores=wish.stores,
            filters=wish.filters,
            allowance=wish.allowance,
            expires_seconds=wish.expires_seconds,
        )
        await self._keys.create(key)
        await self._audit.note(project_id, "key.created", token.key_id)
        return token

    async def list(self, project: str | None) -> Sequence[StoredKey]:
        """Return the keys of a project, of all without one."""
        return await self._keys.list(project)

    async def revoke(self, key_id: str) -> None:
        """Revoke a key; raise NotFound. Every server refuses it at once."""
        await self._audit.note(await self._keys.revoke(key_id), "key.revoked", key_id)

    async def rotate(self, key_id: str) -> Token:
        """Give a key another secret; raise NotFound. Every server refuses the old one at once."""
        token = make_token(key_id)
        project_id = await self._keys.rotate(key_id, token.secret_sha256)
        await self._audit.note(project_id, "key.rotated", key_id)
        return token

    async def audited(self, *, project: str | None, days: int) -> Sequence[Audited]:
        """Return what was done with keys and what was deleted in the last days, the latest first."""
        return await self._audit.list(project=project, days=days)

    async def project_of(self, name: str) -> str:
        """Return the id of the project of this name; raise NotFound."""
        return await self._keys.get_project(name)

    async def set_budget(self, project: str, tokens_per_month: int | None) -> None:
        """Set how many tokens a project may use in a calendar month (UTC); None is no limit. Raises NotFound."""
        await self._keys.set_budget(await self.project_of(project), tokens_per_month)


def _check_bound(wish: KeyWish, scopes: Collection[Scope]) -> None:
    beyond = sorted(set(scopes) - READING_SCOPES)
    if wish.is_bound and beyond:
        raise InvalidRequest(
            f"A key that is bound to stores or filters only reads: it cannot have {', '.join(beyond)}."
        )
