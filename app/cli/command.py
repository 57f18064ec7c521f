"""How the command is called here: by its name, or by its path where the shell does not find the name."""

import shutil
import sys
from pathlib import Path

_NAME = "footnote"


def command() -> str:
    """Return what to type before a command's name."""
    beside = Path(sys.executable).with_name(_NAME)
    found = shutil.which(_NAME)
    if not beside.is_file() or (found is not None and Path(found).samefile(beside)):
        return _NAME
    here = Path.cwd()
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)
