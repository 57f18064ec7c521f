"""Marks the running task: while a transaction is open, slow work is refused; after a replica was lost, the primary is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_inside_transaction: ContextVar[bool] = ContextVar("inside_transaction", default=False)
_on_primary: ContextVar[bool] = ContextVar("on_primary", default=False)


@contextmanager
def transaction_scope() -> Iterator[None]:
    """Mark the task as inside a transaction until the block ends."""
    token = _inside_transaction.set(True)
    try:
        yield
    finally:
        _inside_transaction.reset(token)


def refuse_inside_transaction(what: str) -> None:
    """Raise RuntimeError if a transaction is open: no connection may wait for a model, a file or a sleep."""
    if _inside_transaction.get():
        raise RuntimeError(f"{what} was called inside a database transaction")


@contextmanager
def primary_scope() -> Iterator[None]:
    """Let all reads of the task go to the primary until the block ends."""
    token = _on_primary.set(True)
    try:
        yield
    finally:
        _on_primary.reset(token)


def reads_on_primary() -> bool:
    """Whether reads are to go to the primary."""
    return _on_primary.get()
