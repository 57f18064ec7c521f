"""The language of files is recognised inside the server, without the parsers."""

import subprocess
import sys

from app.ingest import language


def test_the_server_never_loads_the_parser() -> None:
    """Its threads may abort an interpreter that ends while they run; the reading children leave by `os._exit`."""
    program = (
        "import sys, app.main; from app.ingest.language import language_of;"
        "language_of('Asuntolainahakemus jätetään pankkiin.'); sys.exit('xberg' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_statistics_are_not_loaded_for_what_they_cannot_decide() -> None:
    """Their tables take 85 MB and most of a second; a short list of codes holds no word of any language."""
    language._identifier.cache_clear()

    assert language.language_of("R1 3 Vale\nR2 4 Dale") is None
    assert language._identifier.cache_info().misses == 0
