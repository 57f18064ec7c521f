"""Files and vector stores through the stock openai-node client."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.node import NODE, npm
from tests.serving import LiveServer

_FILES = Path(__file__).parent / "node"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journey with its one dependency installed, as locked."""
    folder = shutil.copytree(_FILES, tmp_path_factory.mktemp("node") / "journey")
    assert npm(folder, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts") == 0
    return folder


def test_openai_node_walks_the_shelves(project: Path, live_server: LiveServer) -> None:
    """Create, upload and poll, batches, search, filters, paging, a streamed answer with citations, delete."""
    done = subprocess.run(
        [NODE, "journey.mjs", live_server.v1], cwd=project, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["attached"], report["uploaded"]) == ("completed", "completed")
    assert (report["batch"]["completed"], report["batch"]["total"]) == (3, 3)
    assert report["found"] == "leave.txt"
    assert report["scores"] == sorted(report["scores"], reverse=True)
    assert report["filtered"] == ["leave.txt"]
    assert report["edited"] == ["leave.txt", "meals.txt"]
    assert len(report["paged"]) == len(set(report["paged"])) == 5
    assert report["content"] == report["bytes"] == "Parental leave lasts nine months."
    assert "nine months" in report["answer"]
    assert report["annotations"][0]["url_citation"]["title"] == "leave.txt"
    assert (report["left"], report["deleted"], report["gone"]) == (4, True, 404)
