"""PostgreSQL's own programs for copies of a database: pg_dump, pg_restore and psql."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import NamedTemporaryFile, TemporaryFile

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.core.errors import FootnoteError
from app.postgres.binaries import bin_dir
from app.postgres.cluster import EmbeddedPostgresError, bare_environment

_DUMP = ("--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data", "--no-password")
_SQL = ("--no-owner", "--no-privileges", "--exit-on-error", "--file=-")
_LOADING = ("--no-psqlrc", "--no-password", "--set=ON_ERROR_STOP=1")
# Only a superuser may make pgvector's extension: the one that is there stays. The wall between projects is for a role that
# a server may not have, and is built again where it has.
_LEFT_OUT = re.compile(r"^\d+; \d+ \d+ (COMMENT - EXTENSION|EXTENSION|POLICY|ROW SECURITY) ")
_PIECE_BYTES = 1024**2
_TABLE_DATA = re.compile(r"^\d+;.* TABLE DATA \S+ (\S+) ", re.MULTILINE)
_COPIED = re.compile(rb"^COPY (\d+)$", re.MULTILINE)
_MOST_SAID = 2_000


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs in one folder, and the database that they work on, as libpq's connection string."""

    folder: Path
    conninfo: str

    def dump(self, file: Path, *, snapshot: str) -> None:
        """Write what the snapshot shows into a file of pg_dump's custom format."""
        target, environment = self._connection()
        self._run(
            "pg_dump", *_DUMP, f"--snapshot={snapshot}", f"--file={file}", target, environment=environment
        )

    def contents(self, file: Path) -> str:
        """Return the list of what a dump holds; raise FootnoteError when it is no dump, or a newer version's."""
        return self._run("pg_restore", "--list", str(file))

    def rows(self, file: Path, table: str) -> list[str]:
        """Return the rows of a small table of a dump, each as one line."""
        arguments = ("--data-only", "--strict-names", f"--table={table}", "--file=-", str(file))
        _, _, after = self._run("pg_restore", *arguments).partition("FROM stdin;\n")
        return after.partition("\\.\n")[0].splitlines()

    def read_through(self, file: Path) -> None:
        """Read all of a dump; raise FootnoteError when it cannot be read."""
        self._run("pg_restore", f"--file={os.devnull}", str(file))

    def restore(self, file: Path, *, after: Sequence[str]) -> dict[str, int]:
        """Run the statements `after` which there is room, and load the dump, in one transaction: all of it or nothing.

        Return how many rows each table got.
        """
        kept = "\n".join(line for line in self.contents(file).splitlines() if not _LEFT_OUT.match(line))
        target, environment = self._connection()
        clearing = [f"--command={statement}" for statement in ("begin", *after)]
        with ExitStack() as stack:
            listing = stack.enter_context(NamedTemporaryFile("w", prefix="footnote-", encoding="utf-8"))
            listing.write(kept)
            listing.flush()
            done, said = (stack.enter_context(TemporaryFile()) for _ in range(2))
            reading = [str(self.folder / "pg_restore"), *_SQL, f"--use-list={listing.name}", str(file)]
            loading = [str(self.folder / "psql"), *_LOADING, *clearing, "--file=-", target]
            source = stack.enter_context(
                Popen(reading, stdout=PIPE, stderr=said, stdin=DEVNULL, env=environment)
            )
            sink = stack.enter_context(Popen(loading, stdin=PIPE, stdout=done, stderr=said, env=environment))
            _pass_on(source, sink)
            done.seek(0)
            said.seek(0)
            if sink.returncode != 0 or source.returncode != 0:
                raise _failed("The dump was not restored, and the database is as it was", said.read())
            return dict(zip(_TABLE_DATA.findall(kept), map(int, _COPIED.findall(done.read())), strict=True))

    def _run(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        command = [str(self.folder / program), *arguments]
        done = subprocess.run(command, env=environment or _environment(), capture_output=True, check=False)
        if done.returncode != 0:
            raise _failed(f"{program} failed", done.stderr)
        return done.stdout.decode(errors="replace")

    def _connection(self) -> tuple[str, dict[str, str]]:
        """Return the database for the command line, which others can see, and the environment, which holds the password."""
        parts = {name: str(value) for name, value in conninfo_to_dict(self.conninfo).items()}
        password = parts.pop("password", None)
        secret = {} if password is None else {"PGPASSWORD": password}
        return f"--dbname={make_conninfo('', **parts)}", _environment() | secret


def find_tools(conninfo: str, major: int) -> Tools:
    """Return programs that can copy a server of this major version; raise FootnoteError when there are none.

    They are of the same version, or of the next newer one that there is: older ones refuse.
    """
    found = {version: folder for folder in _folders() if (version := _version(folder)) >= major}
    if not found:
        raise FootnoteError(
            f"The server is PostgreSQL {major}, and no pg_dump of that version or a newer one is on PATH. "
            f"Install PostgreSQL's client programs (postgresql-client-{major}), or put them on PATH."
        )
    return Tools(found[min(found)], conninfo)


def _pass_on(source: Popen[bytes], sink: Popen[bytes]) -> None:
    """Give one program what the other writes, and the word to commit only when all of it has come."""
    assert source.stdout is not None
    assert sink.stdin is not None
    # psql has ended because of an error, and says which.
    with suppress(BrokenPipeError):
        shutil.copyfileobj(source.stdout, sink.stdin, _PIECE_BYTES)
        source.stdout.close()
        if source.wait() == 0:
            sink.stdin.write(b"\ncommit;\n")
    with suppress(BrokenPipeError):
        sink.stdin.close()
    source.stdout.close()
    source.wait()
    sink.wait()


def _folders() -> Iterator[Path]:
    if (on_path := shutil.which("pg_dump")) is not None:
        yield Path(on_path).parent
    with suppress(EmbeddedPostgresError):
        yield bin_dir()


def _version(folder: Path) -> int:
    try:
        command = [str(folder / "pg_dump"), "--version"]
        said = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r"\d+", said)
    return int(number[0]) if number else 0


def _environment() -> dict[str, str]:
    """Return PostgreSQL's environment, with the home folder: certificates and passwords may lie there."""
    return bare_environment() | {name: os.environ[name] for name in ("HOME",) if name in os.environ}


def _failed(what: str, said: bytes) -> FootnoteError:
    return FootnoteError(f"{what}.\n{said.decode(errors='replace').strip()[:_MOST_SAID]}")
