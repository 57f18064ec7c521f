"""PostgreSQL's programs, for an account that cannot reach where they are."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from app.postgres import binaries
from app.postgres.cluster import Account


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_binaries_that_the_account_cannot_reach_are_copied(tmp_path: Path) -> None:
    """The copy runs under that account, is made once, and what a sweep takes from it comes back."""
    nobody = pwd.getpwnam("nobody")
    account = Account(nobody.pw_uid, nobody.pw_gid)
    closed = tmp_path / "site-packages"
    package = binaries.bin_dir().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    # As an umask of 077 leaves them.
    subprocess.run(["chmod", "-R", "go-rwx", closed], check=True)
    packaged = closed / package.name / "pginstall18" / "bin"

    copied = binaries.runnable_bin_dir(packaged, account)
    (copied / "postgres").unlink()
    again = binaries.runnable_bin_dir(packaged, account)

    version = subprocess.run(
        [copied / "postgres", "--version"], capture_output=True, text=True, check=True, user="nobody", cwd="/"
    )
    shutil.rmtree(copied.parents[2])
    assert version.stdout.startswith("postgres (PostgreSQL)")
    assert copied == again != packaged
