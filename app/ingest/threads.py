"""Threads of their own for work on texts. In those that all share, an answer would wait behind the files of a batch."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# More would only fight over the interpreter's lock with the loop that answers.
_THREADS = 2
_POOL = ThreadPoolExecutor(_THREADS, thread_name_prefix="ingest")


async def in_thread(function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Return what a function returns that runs in one of these threads."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, partial(function, *arguments, **options))
