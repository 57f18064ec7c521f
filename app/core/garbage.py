"""How often Python looks for cycles of objects, and through which objects it does."""

import gc

# Objects made, then rounds. A search makes some thousand, and leaves no cycles behind.
_SELDOM = (50_000, 20, 20)
# What Python does if it is told nothing else.
_USUAL = (700, 10, 10)


def look_seldom() -> None:
    """Do not look again and again through what is imported: that takes a tenth of a start."""
    gc.set_threshold(*_SELDOM)


def look_as_usual() -> None:
    """Look as often as Python does, because files are large, but not through what is loaded by now."""
    gc.freeze()
    gc.set_threshold(*_USUAL)
