"""The values that travel between rooms: who calls, what was found, what was cited."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from app.core.permissions import ALL_SCOPES, AS_SET, EVERYTHING, Allowance, Place, Reach, Scope

SearchMode = Literal["hybrid", "semantic", "lexical"]
# The last two are not searches: passages that stand for whole files, and a list of files.
SearchRoute = Literal["empty", "exact", "bits", "ivfflat", "lexical", "spread", "listing"]
Json = Mapping[str, object]
# Why a citation is verified (the first two) or not.
SupportReason = Literal[
    "quoted", "paraphrased", "number_differs", "negation_differs", "name_not_found", "not_found"
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the project whose rows they see, and the key they came with (None when no key is needed).

    `tokens_left` is what the project's budget of this month still allows, None without a budget.
    """

    project_id: str
    key_id: str | None = None
    scopes: frozenset[Scope] = ALL_SCOPES
    reach: Reach = EVERYTHING
    allowance: Allowance = AS_SET
    tokens_left: int | None = None


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """A model and a number of dimensions. Only vectors of one space can be compared."""

    model: str
    dimensions: int


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model id, its creation time (Unix seconds) and its owner."""

    model_id: str
    created_at: int
    owner: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: how many objects, in which order of creation, and after or before which object's id."""

    limit: int
    descending: bool = True
    after: str | None = None
    before: str | None = None

    @property
    def reads_backwards(self) -> bool:
        """Whether the page is the one that ends at `before`."""
        return self.before is not None and self.after is None


@dataclass(frozen=True, slots=True)
class SameText:
    """Another file that holds a snippet's text, and where in it."""

    file_id: str
    filename: str
    chunk_id: str
    page: int | None = None


class Snippet(NamedTuple):
    """A chunk chosen for one answer. `n` is its marker number, from 1; offsets count code points of the file's text.

    `page_end` is `page` unless the text goes on over a page's end. `also_in` are other files that hold the same text.
    `places` says of each stretch of the file's text where it begins in `text`, and where in the file.
    """

    n: int
    chunk_id: str
    file_id: str
    filename: str
    text: str
    char_start: int
    char_end: int
    score: float
    cosine: float | None = None
    lexical: float | None = None
    page: int | None = None
    page_end: int | None = None
    heading: str | None = None
    source: str | None = None
    attributes: Json = MappingProxyType({})
    metadata: Json = MappingProxyType({})
    also_in: tuple[SameText, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked marker `[n]` in an answer. Offsets count code points of the delivered text, brackets included.

    `n` counts the cited snippets in the order of their first citation, from 1; `chunk` is the snippet's own number.
    `quote` is text of the cited chunk that its statement rests on, in whole words, empty when there is none; `verified`
    says whether the chunk supports the statement, `support` how much of it is found there, `reason` why. `judged_by`
    says whether the words decided that, or a model that was asked because they did not. `quoted` is where the quotes of
    its number lie in the file's text, so that all citations of one number have one link.
    """

    n: int
    chunk: int
    start: int
    end: int
    chunk_id: str
    file_id: str
    quote: str
    verified: bool
    support: float
    reason: SupportReason
    judged_by: Literal["words", "model"] = "words"
    page: int | None = None
    also_in: tuple[SameText, ...] = ()
    quoted: tuple[Place, ...] = ()
