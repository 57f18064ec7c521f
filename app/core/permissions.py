"""What a key may do, and the links that let a person without a key open one document. Pure."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from urllib.parse import quote, quote_plus

from app.core.filters import Compound, Filter


class Scope(StrEnum):
    """One kind of thing that a key may do."""

    CHAT = "chat"
    EMBED = "embed"
    SEARCH = "search"
    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)
# What a key bound to some documents may have: it could neither see nor own what it wrote.
READING_SCOPES = frozenset({Scope.CHAT, Scope.EMBED, Scope.SEARCH, Scope.FILES_READ})


@dataclass(frozen=True, slots=True)
class Reach:
    """Which documents a key reaches: those of these stores (ids) that pass the filters; None is no bound."""

    stores: tuple[str, ...] | None = None
    filters: Filter | None = None

    @property
    def is_bound(self) -> bool:
        return self.stores is not None or self.filters is not None

    def narrowed(self, filters: Filter | None) -> Filter | None:
        """Return filters that pass nothing beyond the reach."""
        if self.filters is None or filters is None:
            return filters or self.filters
        return Compound("and", (self.filters, filters))


EVERYTHING = Reach()


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a key may use in a minute. None means that the settings decide, 0 that there is no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


AS_SET = Allowance()


def may(scopes: Collection[Scope], needed: Collection[Scope]) -> bool:
    """Whether a key of these scopes may use a route: one of those that the route names is enough."""
    return not needed or any(scope in scopes for scope in needed)


PASSAGE_ANCHOR = "passage"
QUOTE_ANCHOR = "quote"
_LONGEST_TIME = 12
# Where something begins and ends in a file's text, in code points.
Place = tuple[int, int]
_PLACES = re.compile(r"\d{1,9}-\d{1,9}(?:\.\d{1,9}-\d{1,9}){0,4}")
_MOST_PLACES = 5

LinkVerdict = Literal["good", "expired", "forged"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What opens a link without a key: until when (Unix time), and the proof that we signed it."""

    expires: int
    proof: str


@dataclass(frozen=True, slots=True)
class SourceLinks:
    """Makes the links of one project, as addresses below `base_url`. Without `secret` they are not signed."""

    base_url: str
    project_id: str
    secret: bytes | None = None
    expires: int = 0

    def url(
        self, file_id: str, chunk_id: str, *, page: int | None = None, quotes: Sequence[Place] = ()
    ) -> str:
        """Return the address of the page that shows this chunk in its document's text, opened at the first quote.

        The number of the document's page is there for people and clients that read addresses; it opens nothing else.
        """
        where = "" if page is None else f"&page={page}"
        anchor = QUOTE_ANCHOR if quotes else PASSAGE_ANCHOR
        return f"{self._path(file_id)}?{self._query(file_id, chunk_id, quotes)}{where}#{anchor}"

    def original_url(self, file_id: str, chunk_id: str) -> str:
        """Return the address of the document as it was uploaded."""
        return f"{self._path(file_id)}/original?{self._query(file_id, chunk_id)}"

    def window_url(self, file_id: str, chunk_id: str, *, first: int, quotes: Sequence[Place] = ()) -> str:
        """Return the address of the page that shows the text from its chunk number `first`."""
        return f"{self._path(file_id)}?{self._query(file_id, chunk_id, quotes)}&first={first}"

    def _path(self, file_id: str) -> str:
        return f"{self.base_url}/sources/{quote(file_id, safe='')}"

    def _query(self, file_id: str, chunk_id: str, quotes: Sequence[Place] = ()) -> str:
        written = _write_places(quotes)
        fields = f"chunk={quote_plus(chunk_id)}"
        if written:
            fields += f"&quote={written}"
        if self.secret is not None:
            proof = _proof(self.secret, named_by(self.project_id, file_id, chunk_id, written), self.expires)
            fields += f"&project={quote_plus(self.project_id)}&expires={self.expires}&signature={proof}"
        return fields


def named_by(project_id: str, file_id: str, chunk_id: str, quotes: str) -> tuple[str, ...]:
    """Return what the signature of a link covers: all that its page shows."""
    named = (project_id, file_id, chunk_id)
    return (*named, quotes) if quotes else named


def read_places(written: str) -> tuple[Place, ...]:
    """Return the places that a link names, none when they are no places."""
    if not written.isascii() or not _PLACES.fullmatch(written):
        return ()
    borders = (place.split("-") for place in written.split("."))
    return tuple((int(start), int(end)) for start, end in borders)


def _write_places(places: Sequence[Place]) -> str:
    return ".".join(f"{start}-{end}" for start, end in places[:_MOST_PLACES])


def read_signature(expires: str, proof: str) -> Signature | None:
    """Return the signature that a link carries, or None when its time is no time."""
    is_time = expires.isascii() and expires.isdecimal() and len(expires) <= _LONGEST_TIME
    return Signature(int(expires), proof) if is_time else None


def check_link(
    secret: bytes, named: Sequence[str], signature: Signature | None, *, now: float
) -> LinkVerdict:
    """Return whether a link that names this (`named_by`) is ours and still opens."""
    if signature is None:
        return "forged"
    expected = _proof(secret, named, signature.expires).encode()
    if not hmac.compare_digest(expected, signature.proof.encode("utf-8", "replace")):
        return "forged"
    return "good" if now < signature.expires else "expired"


def _proof(secret: bytes, named: Sequence[str], expires: int) -> str:
    # As JSON, so that no part can borrow letters from its neighbour.
    message = json.dumps(["source link", *named, expires]).encode()
    digest = hmac.digest(secret, message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
