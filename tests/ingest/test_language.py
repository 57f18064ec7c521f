"""The language of files is recognised inside the server, without the parsers."""

import subprocess
import sys


def test_the_server_never_loads_the_parser() -> None:
    """Its threads may abort an interpreter that ends while they run; the reading children leave by `os._exit`."""
    program = (
        "import sys, app.main; from app.ingest.language import language_of;"
        "language_of('Asuntolainahakemus jätetään pankkiin.'); sys.exit('xberg' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
