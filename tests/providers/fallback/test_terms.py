"""What the fallback says of a manual's options, keys and settings."""

import pytest

from app.providers.fallback.terms import term_quotes
from tests.providers.fallback.test_quotes import make_snippet

_MANUAL = """`-B`
`--backup`
When saving a file, keep the previous version of it. The name ends in a tilde.

`-b`
`--breaklonglines`
Break a line when it becomes overlong. This is the opposite of `-B` in no way.

`-f file`
`--rcfile=file`
Read only this file for the settings.

`^S`
Write the file without asking.

`set tabsize 8`
Use a tab of this many columns.
"""
_USAGE = """Usage: check [OPTION] FILE

-c, --check    checks the syntax only
-o, --output=FILE    output file
"""


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("What does the -B option do?", _MANUAL, ["-B --backup", "When saving a file, keep the previous version of it."]),
        ("What does -b do?", _MANUAL, ["-b --breaklonglines", "Break a line when it becomes overlong."]),
        ("What is --rcfile for?", _MANUAL, ["-f file --rcfile=file", "Read only this file for the settings."]),
        ("Which option keeps the previous version?", _MANUAL, ["-B --backup", "When saving a file, keep the previous version of it."]),
        ("Which option breaks long lines?", _MANUAL, ["-b --breaklonglines", "Break a line when it becomes overlong."]),
        ("Which key writes the file?", _MANUAL, ["^S", "Write the file without asking."]),
        ("Which setting changes the columns of a tab?", _MANUAL, ["set tabsize 8", "Use a tab of this many columns."]),
        ("Which option of check only checks the syntax?", _USAGE, ["-c, --check checks the syntax only"]),
        ("What does -o do?", _USAGE, ["-o, --output=FILE output file"]),
        # Case and the whole name matter, and who asks for no option gets none.
        ("What does -F do?", _MANUAL, []),
        ("What does --back do?", _MANUAL, []),
        ("Which option paints the window?", _MANUAL, []),
        ("Which key keeps the previous version?", _MANUAL, []),
        ("What is a line?", _MANUAL, []),
    ],
)  # fmt: skip
def test_an_option_is_named_with_what_is_said_of_it(question: str, text: str, quoted: list[str]) -> None:
    """By its exact name, or by a description of which the entry holds more than half."""
    quotes = [quote.text for quote in term_quotes(question, [make_snippet(1, text)])]

    assert quotes[: len(quoted)] == quoted
    assert bool(quotes) == bool(quoted)
