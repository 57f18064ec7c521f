"""A circuit breaker: after several failures in a row upstream is left alone for a while, then tried once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import openai

from app.core.errors import Overloaded

_MOST_FAILURES = 5
_OPEN_SECONDS = 10.0


class Breaker:
    """Counts failures in a row. While it is open, calls fail at once; then one call is a probe, and decides."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_until_probe = 0.0
        self._is_probing = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Let a call be tried in the block, and learn from its error; raise Overloaded while upstream is left alone."""
        is_probe = self._admit()
        try:
            yield
        except openai.OpenAIError as error:
            self._settle(is_failure=_is_failure(error))
            raise
        else:
            self._settle(is_failure=False)
        finally:
            # A caller that hung up has learned nothing: the next one may probe.
            if is_probe:
                self._is_probing = False

    def note_timeout(self) -> None:
        """Count a call that we gave up ourselves."""
        self._settle(is_failure=True)

    def _admit(self) -> bool:
        """Return whether the call is the probe."""
        if self._failures < _MOST_FAILURES:
            return False
        pause_seconds = self._closed_until_probe - self._clock()
        if pause_seconds > 0 or self._is_probing:
            raise Overloaded(
                "The upstream model server has failed several times in a row. Try again in a moment.",
                code="upstream_unavailable",
                retry_after_seconds=max(1.0, pause_seconds),
            )
        self._is_probing = True
        return True

    def _settle(self, *, is_failure: bool) -> None:
        self._failures = self._failures + 1 if is_failure else 0
        if self._failures >= _MOST_FAILURES:
            self._closed_until_probe = self._clock() + _OPEN_SECONDS


def _is_failure(error: openai.OpenAIError) -> bool:
    """Whether upstream did not answer, or failed itself. An error about the request shows that it works."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)
