"""Folders that ship with the code: they lie beside `app` in a clone, and inside of it when a wheel was installed."""

from pathlib import Path

_APP = Path(__file__).parents[1]


def shipped(name: str) -> Path:
    """Return where a folder that ships with the code lies."""
    beside = _APP.parent / name
    # Without its own neighbours, a folder of the same name in site-packages is another package's.
    is_clone = (_APP.parent / "alembic.ini").is_file() and beside.is_dir()
    return beside if is_clone else _APP / name


SAMPLE = shipped("static") / "sample-handbook.md"
