"""Strings that match a regular expression, written by `rstr` with the smallest choices, so that each pattern has one."""

import math
import random
import re
from collections.abc import Iterator
from typing import Any

import rstr

# How many more repetitions than the least are tried, for strings that have to be longer.
_MORE = (0, 1, 3, 10)
# A repetition within a repetition multiplies: what may grow beyond these is given up, or written at its shortest.
_MOST_REPEATS = 10_000
_MOST_NESTED = 4
_COUNTED = re.compile(r"\{(\d+)")
_REPEATED_GROUP = re.compile(r"\)[*+{]")


def matches(pattern: str) -> Iterator[str]:
    """Yield a few strings that should match, the shortest first; none for a pattern that is broken or too large."""
    if math.prod(max(1, int(count[:6])) for count in _COUNTED.findall(pattern)) > _MOST_REPEATS:
        return
    nested = len(_REPEATED_GROUP.findall(pattern))
    for more in _MORE if nested <= _MOST_NESTED else _MORE[:1]:
        try:
            yield rstr.Rstr(_Smallest(more)).xeger(pattern)
        except (re.error, RecursionError, LookupError, ValueError):
            return


class _Smallest(random.Random):
    """Chooses the first there is, and as few repetitions as are asked for."""

    def __init__(self, more: int) -> None:
        super().__init__(0)
        self._more = more

    def randint(self, a: int, b: int) -> int:
        return min(a + self._more, b)

    def choice(self, seq: Any) -> Any:  # characters, or the branches of an alternative
        if isinstance(seq[0], str):
            # The order of characters may differ between processes.
            return min(seq, key=lambda character: (not character.isalnum(), character))
        return seq[0]
