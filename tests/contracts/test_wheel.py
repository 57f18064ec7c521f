"""The wheel is the whole program: the pages, the migrations and the tables come with it, and it runs from there."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import conninfo
from tests.processes import wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip would lay into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


def run(installed: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program that was installed, from a folder that is not the clone."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "app", *arguments],
        cwd=installed.parent,
        env=surroundings(installed) | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def surroundings(installed: Path) -> dict[str, Any]:
    return os.environ | {"PYTHONPATH": str(installed), "LOG_LEVEL": "error"}


def test_all_files_come_along(installed: Path) -> None:
    """Whatever the clone has beside `app`, and the tables inside of it; nothing else."""
    for folder in ("static", "migrations"):
        there = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
        packed = {
            path.relative_to(installed / "app" / folder)
            for path in (installed / "app" / folder).rglob("*")
            if path.is_file()
        }
        assert {path for path in there if "__pycache__" not in path.parts} == packed
    for name in (
        "core/wordrank.txt",
        "core/NOTICE",
        "core/tables/stop_words/eng.txt",
        "providers/local/vocabulary.txt",
    ):
        assert (installed / "app" / name).is_file()
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"app", "footnote"}


def test_it_migrates_and_serves(installed: Path, make_database: Callable[[str], str], free_port: int) -> None:
    """The page, its scripts and the API, on a database that it made up itself."""
    url = conninfo(make_database("wheel"))

    migrated = run(installed, "migrate", DATABASE_URL=url)
    found = json.loads(run(installed, "doctor", "--json", DATABASE_URL=url, PORT="0").stdout)
    environment = surroundings(installed) | {"DATABASE_URL": url, "PORT": str(free_port)}
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "serve"],
        cwd=installed.parent,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{free_port}"
        assert wait_until(lambda: answers(address), seconds=120)
        page = httpx.get(address).text
        script = httpx.get(f"{address}/static/js/main.js")
    finally:
        server.terminate()
        server.wait(timeout=60)

    assert migrated.returncode == 0, migrated.stderr
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from alembic_version").fetchone() == (1,)
    assert [finding for finding in found if finding["state"] == "fault"] == []
    assert "Ask your documents" in page
    assert script.status_code == 200


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.HTTPError:
        return False
