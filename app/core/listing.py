"""A list of the files of stores, which answers questions about the collection."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.core.file_status import FileStatus

# Instead of the number of a page.
LAST_PAGE = -1

FileOrder = Literal["newest", "oldest", "largest", "smallest"]


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """Which files to list: of some kinds (suffixes), added since a day, in an order, those named by `topic` first.

    With `named` it is the files of these names, and the question is how large they are, how many pages they have, or when
    they were added. `called` is the name with a suffix that a question asks for.
    """

    kinds: tuple[str, ...] = ()
    since: dt.date | None = None
    order: FileOrder | None = None
    topic: tuple[str, ...] = ()
    is_count: bool = False
    named: tuple[str, ...] = ()
    called: str = ""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of a listing; `status` is that of its membership, `pages` the number of the last page with text, if it is asked for."""

    file_id: str
    filename: str
    size_bytes: int
    added_at: dt.datetime
    status: FileStatus = FileStatus.COMPLETED
    pages: int | None = None

    @property
    def kind(self) -> str:
        """The name's suffix in small letters, empty without one."""
        _, dot, suffix = self.filename.rpartition(".")
        return suffix.lower() if dot else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first files that a query asks for, their number, and the counts of all files in the stores.

    `kinds` counts all files by suffix, `unread` those by status that are not searchable.
    """

    query: ListingQuery
    files: tuple[ListedFile, ...]
    count: int
    total: int
    total_bytes: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[FileStatus, int] = field(default_factory=dict)
    today: dt.date | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every file that was asked for is among `files`."""
        return len(self.files) >= self.count
