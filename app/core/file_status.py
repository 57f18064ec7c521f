"""The status of a file in a store."""

from enum import StrEnum


class FileStatus(StrEnum):
    """A file is in progress until it is completed, failed or cancelled; from each of these it can be queued again."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
