"""Every error a caller can meet, with the HTTP status and the OpenAI code that tell them what to do.

FootnoteError
├── InvalidRequest        400   what was sent cannot be served
├── Unauthenticated       401   no key, or a wrong one
├── PermissionDenied      403   a key that may not do this
├── NotFound              404   nothing of that id, or not yours
├── RequestTimedOut       408   the request itself did not arrive in time
├── Conflict              409   contradicts what is there; trying again will not help
├── Gone                  410   existed, and has expired
├── TooLarge              413   over a size limit
├── UrlTooLong            414   an address over a size limit
├── UnsupportedEncoding   415   a body in a coding that is not read
├── RateLimited           429   too many requests, ours or upstream's
├── HeadTooLarge          431   headers over a size limit
├── UpstreamMisconfigured 500   the operator must set something
├── UpstreamFailed        502   upstream failed, or its answer makes no sense
├── Overloaded            503   busy or not ready: try again later
│   ├── ReplicaLost       503   a read replica died; whoever only reads is answered from the primary instead
│   ├── UpstreamAway      503   upstream answers nobody: it is left alone for a while
│   └── DiskFull          507   no room for what would be stored: somebody must make some
└── UpstreamTimedOut      504   upstream took too long
"""

from typing import ClassVar


class FootnoteError(Exception):
    """An error whose message is for the person who must act: no secrets, no paths, no upstream text."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "server_error"
    should_retry: ClassVar[bool | None] = None

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.retry_after_seconds = retry_after_seconds


class InvalidRequest(FootnoteError):
    status = 400
    kind = "invalid_request_error"


class Unauthenticated(FootnoteError):
    status = 401
    kind = "invalid_request_error"


class PermissionDenied(FootnoteError):
    status = 403
    kind = "invalid_request_error"


class NotFound(FootnoteError):
    status = 404
    kind = "invalid_request_error"


class RequestTimedOut(FootnoteError):
    status = 408
    kind = "invalid_request_error"


class Conflict(FootnoteError):
    """A lasting conflict: SDKs retry a 409 by themselves unless told not to."""

    status = 409
    kind = "invalid_request_error"
    should_retry = False


class Gone(FootnoteError):
    status = 410
    kind = "invalid_request_error"


class TooLarge(FootnoteError):
    status = 413
    kind = "invalid_request_error"


class UrlTooLong(FootnoteError):
    status = 414
    kind = "invalid_request_error"


class UnsupportedEncoding(FootnoteError):
    status = 415
    kind = "invalid_request_error"


class RateLimited(FootnoteError):
    status = 429
    kind = "requests"


class QuotaExceeded(RateLimited):
    """Upstream's account has no credit left, or the project's budget is used up: no retry will help."""

    kind = "insufficient_quota"
    should_retry = False


class HeadTooLarge(FootnoteError):
    status = 431
    kind = "invalid_request_error"


class UpstreamMisconfigured(FootnoteError):
    status = 500
    should_retry = False


class UpstreamFailed(FootnoteError):
    status = 502


class Overloaded(FootnoteError):
    status = 503


class ReplicaLost(Overloaded):
    """A replica died amid a transaction that only reads: the same request can be answered from the primary."""


class UpstreamAway(Overloaded):
    """Upstream fails whatever it is asked, so that a failure says nothing of the request."""


class DiskFull(Overloaded):
    status = 507


class UpstreamTimedOut(FootnoteError):
    status = 504
