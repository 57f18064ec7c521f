"""Marks the running task while a database transaction is open, so that slow work inside it can be refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_inside_transaction: ContextVar[bool] = ContextVar("inside_transaction", default=False)


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
