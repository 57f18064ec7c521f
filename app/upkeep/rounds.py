"""What becomes of a failure in the background: it is logged, counted, and the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import Counter

from app.core.errors import Overloaded
from app.core.waiting import check_cancelled

log = structlog.get_logger()


@contextmanager
def going_on(event: str, failures: Counter | None = None, **about: str | int) -> Iterator[None]:
    """Log what fails in the block as `event`, count it, and continue after it.

    A database that restarts or has no room is one line without a traceback. The next round does the work.
    """
    try:
        yield
    except Overloaded as error:
        check_cancelled()
        cause = str(error.__cause__ or "").partition("\n")[0]
        log.warning(event, reason=error.message, cause=cause, **about)
    except Exception:
        check_cancelled()
        if failures:
            failures.inc()
        log.exception(event, **about)
