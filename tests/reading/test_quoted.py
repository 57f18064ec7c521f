"""Strings in quotation marks: letters instead of their escapes."""

import pytest

from tests.reading.sources import text_of


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.yaml", 'chef: "J\\xFCrgen \\u0106osi\\u0107 \\U0001F600"', 'chef: "Jürgen Ćosić 😀"'),
        ("a.yml", '- "K\\xFCche"\n- {a: "\\xE4", b: ["\\xF6"]}', '- "Küche"\n- {a: "ä", b: ["ö"]}'),
        ("a.yaml", '"Stra\\xDFe": 5', '"Straße": 5'),
        ("a.toml", 'name = "M\\u00fcller"\r\nport = 1', 'name = "Müller"\nport = 1'),
        (
            "a.jsonc",
            '{ "a": "M\\u00fcller \\ud83d\\ude00", } // the chef',
            '{ "a": "Müller 😀", } // the chef',
        ),
        ("a.json", '{ "a": "M\\u00fcller", } // the chef', '{ "a": "Müller", } // the chef'),
    ],
)
def test_escapes_are_letters(name: str, text: str, shown: str) -> None:
    """Programs write them for all letters that are not English, PyYAML among them."""
    assert text_of(name, text.encode()) == shown


def test_a_string_over_several_lines_is_whole() -> None:
    """A space at the start of a line that goes on is written with a stroke before it."""
    text = 'note: "Die K\\xFCche schlie\\xDFt um zw\\xF6lf,\\\n    \\ und die B\\xE4\\\n    ckerei um eins."\nport: 1\n'

    assert (
        text_of("a.yaml", text.encode())
        == 'note: "Die Küche schließt um zwölf, und die Bäckerei um eins."\nport: 1'
    )


@pytest.mark.parametrize(
    "text",
    [
        "path: 'C:\\xE4\\u00fc'",
        'path: "C:\\\\xE4\\\\u00fc"',
        'pattern: "\\d+\\n\\x41"',
        'say: 12" long \\xE4',
        "say: it's \\xE4 day",
    ],
)
def test_what_is_no_escape_stays_as_it_is_written(text: str) -> None:
    """Only strings in double quotation marks have escapes."""
    assert text_of("a.yaml", text.encode()) == text
