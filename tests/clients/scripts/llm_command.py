"""The `llm` command with a model of ours in its list."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from shared import BASE_URL, MODEL, QUESTION, report

with tempfile.TemporaryDirectory() as folder:
    listed = f"- model_id: ours\n  model_name: {MODEL}\n  api_base: {BASE_URL}\n  api_key_name: ours\n"
    Path(folder, "extra-openai-models.yaml").write_text(listed)
    command = [Path(sys.executable).parent / "llm", "-m", "ours", "--key", "any", QUESTION]
    environment = os.environ | {"LLM_USER_PATH": folder}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
report(done.stdout, None)
