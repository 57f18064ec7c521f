"""What a key may do: its scopes, the stores and filters that it is bound to, and its own limits. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

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
