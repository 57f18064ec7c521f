"""API keys to callers: which keys are accepted, and what a refused caller reads."""

import hashlib
import hmac
from collections.abc import Sequence

from pydantic import SecretStr

from app.core.errors import Unauthenticated
from app.core.types import Caller

DEFAULT_PROJECT = "proj_default"


class KeyRing:
    """The bootstrap keys. Without any, everyone may call, as the default project."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        # Digests, so that the comparison takes the same time whatever the key's length.
        self._digests = tuple(_digest(key.get_secret_value()) for key in keys)

    @property
    def is_open(self) -> bool:
        return not self._digests

    def identify(self, authorization: str | None) -> Caller:
        """Return who sent this Authorization header; raise Unauthenticated."""
        if self.is_open:
            return Caller(DEFAULT_PROJECT)

        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.casefold() != "bearer" or not token:
            raise Unauthenticated(
                "You didn't provide an API key. Send it in an Authorization header using Bearer auth "
                "(i.e. Authorization: Bearer YOUR_KEY)."
            )

        digest = _digest(token)
        known = [hmac.compare_digest(digest, stored) for stored in self._digests]
        if not any(known):
            raise Unauthenticated(f"Incorrect API key provided: {_masked(token)}.", code="invalid_api_key")
        return Caller(DEFAULT_PROJECT, key_id=f"key_{digest.hex()[:12]}")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", errors="surrogateescape")).digest()


def _masked(token: str) -> str:
    return f"{token[:3]}***{token[-2:]}" if len(token) >= 12 and token.isascii() else "***"
