"""API keys to callers, and links to sources that open without a key until they expire."""

import hashlib
import hmac
import math
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from pydantic import SecretStr

from app.core import ids
from app.core.errors import Gone, Overloaded, PermissionDenied, Unauthenticated
from app.core.permissions import READING_SCOPES, Signature, SourceLinks, check_link
from app.core.types import Caller
from app.core.waiting import Remembered
from app.db.keys import Keys, Standing, StoredKey

log = structlog.get_logger()

DEFAULT_PROJECT = "proj_default"
# How long a revoked key may still be accepted while PostgreSQL cannot tell of it.
_SECONDS = 10.0
_TOKEN = re.compile(r"fn_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Token:
    """A new key as its owner sees it once, with what the database keeps of it."""

    key_id: str
    text: SecretStr
    secret_sha256: bytes


def make_token(key_id: str | None = None) -> Token:
    """Return a new key, or a new secret for the key of this id."""
    key_id = key_id or ids.make_key_id()
    secret = secrets.token_urlsafe(32)
    return Token(key_id, SecretStr(f"fn_{key_id}_{secret}"), _digest(secret))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A key as it was found, and when."""

    key: StoredKey | None
    at: float


class KeyRing:
    """The keys of the settings, which may do everything in the default project, and those in the database.

    While there are none at all, everyone may call, as the default project. What the database says is remembered for ten
    seconds, so that most requests ask it nothing, and forgotten as soon as it tells of a change (`forget`).
    """

    def __init__(
        self, bootstrap: Sequence[SecretStr], stored: Keys, *, page_key: SecretStr | None = None
    ) -> None:
        # Digests, so that the comparison takes the same time whatever the key's length.
        self._digests = tuple(_digest(key.get_secret_value()) for key in bootstrap)
        self._stored = stored
        self._page_key = page_key
        self._seen = Remembered(self._find, seconds=_SECONDS)
        self._standings = Remembered(stored.standing, seconds=_SECONDS)
        self._is_closed = bool(self._digests)

    async def is_open(self) -> bool:
        """Whether no key is needed. Once one exists it stays needed, even if all are revoked. Raises Overloaded."""
        if not self._is_closed:
            self._is_closed = (await self._standings.get(DEFAULT_PROJECT)).has_keys
        return not self._is_closed

    async def may_be_open(self) -> bool:
        """Whether no key is needed; also True while the database cannot be asked."""
        try:
            return await self.is_open()
        except Overloaded:
            return True

    async def identify(self, authorization: str | None) -> Caller:
        """Return who sent this Authorization header; raise Unauthenticated."""
        if await self.is_open():
            return await self._of_default(None)

        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.casefold() != "bearer" or not token:
            raise Unauthenticated(
                "You didn't provide an API key. Send it in an Authorization header using Bearer auth "
                "(i.e. Authorization: Bearer YOUR_KEY)."
            )

        digest = _digest(token)
        known = [hmac.compare_digest(digest, stored) for stored in self._digests]
        if any(known):
            return await self._of_default(f"key_{digest.hex()[:12]}")
        return await self._identify_stored(token)

    async def page_key(self) -> str | None:
        """Return the key for visitors of the chat page. It is None while there is none, or it may do more than read."""
        if self._page_key is None:
            return None
        key = self._page_key.get_secret_value()
        try:
            caller = await self.identify(f"Bearer {key}")
        except (Unauthenticated, Overloaded) as error:
            log.warning("page_key_not_given", reason=error.message)
            return None
        if beyond := sorted(caller.scopes - READING_SCOPES):
            log.warning("page_key_not_given", reason=f"It may do more than read: {', '.join(beyond)}.")
            return None
        return key

    async def _identify_stored(self, token: str) -> Caller:
        match = _TOKEN.fullmatch(token)
        seen = await self._seen.get(match[1]) if match else None
        key = seen.key if seen else None
        if not match or not seen or not key or not hmac.compare_digest(_digest(match[2]), key.secret_sha256):
            raise Unauthenticated(f"Incorrect API key provided: {_masked(token)}.", code="invalid_api_key")
        if key.revoked_at is not None:
            raise Unauthenticated("This API key was revoked.", code="invalid_api_key")
        if key.seconds_left is not None and key.seconds_left <= time.monotonic() - seen.at:
            raise Unauthenticated("This API key has expired.", code="invalid_api_key")
        standing = await self._standings.get(key.project_id)
        return Caller(key.project_id, key.key_id, key.scopes, key.reach, key.allowance, standing.tokens_left)

    async def _of_default(self, key_id: str | None) -> Caller:
        try:
            standing = await self._standings.get(DEFAULT_PROJECT)
        except Overloaded:
            # Keys of the settings are good without the database.
            standing = Standing(has_keys=True, tokens_left=None)
        return Caller(DEFAULT_PROJECT, key_id, tokens_left=standing.tokens_left)

    async def forget(self) -> None:
        """Ask the database again: a key or a budget was changed somewhere."""
        self._seen.forget_all()
        self._standings.forget_all()

    async def _find(self, key_id: str) -> _Seen:
        # The clock is read first: a key never lives longer than it may.
        asked_at = time.monotonic()
        return _Seen(await self._stored.find(key_id), asked_at)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", errors="surrogateescape")).digest()


def _masked(token: str) -> str:
    return f"{token[:3]}***{token[-2:]}" if len(token) >= 12 and token.isascii() else "***"


_HOUR = 3_600


class SourceLinkSigner:
    """Signs links while keys are on and `hours` is not 0. Without keys everyone may open everything.

    `now` is the clock that all servers share: one signs a link, another opens it.
    """

    def __init__(self, keys: KeyRing, secret: bytes, *, hours: int, now: Callable[[], float]) -> None:
        self._now = now
        self._keys = keys
        self._secret = secret
        self._hours = hours

    async def links(self, caller: Caller, *, base_url: str = "") -> SourceLinks:
        """Return the maker of links that this caller may pass on."""
        if not await self._signs():
            return SourceLinks(base_url, caller.project_id)
        # Up to the full hour, so that equal answers of one hour carry equal links.
        expires = math.ceil(self._now() / _HOUR) * _HOUR + self._hours * _HOUR
        return SourceLinks(base_url, caller.project_id, self._secret, expires)

    async def identify(self, named: Sequence[str], signature: Signature | None) -> Caller:
        """Return the caller that a signed link stands for, whose project `named` begins with; raise PermissionDenied for a forged one, Gone for an expired one."""
        if not await self._signs():
            raise PermissionDenied("This server signs no links.")
        verdict = check_link(self._secret, named, signature, now=self._now())
        if verdict == "forged":
            raise PermissionDenied("This link was changed, or this server did not make it.")
        if verdict == "expired":
            raise Gone(f"This link has expired. Links to sources open for {self._hours} hours.")
        return Caller(named[0])

    async def _signs(self) -> bool:
        return self._hours > 0 and not await self._keys.is_open()
