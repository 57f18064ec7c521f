"""JSON, JSON Lines, XML and notebooks as text."""

import json

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import read_file, text_of


def test_json_has_letters_instead_of_escapes() -> None:
    """Records of a list are paragraphs, nested values stand indented."""
    data = [
        {"вопрос": "Где столовая?", "ответ": "На втором этаже."},
        {"port": 8080, "hosts": ["a", "b"], "tls": {"on": True, "keys": None}, "sizes": [1, 2]},
    ]

    assert text_of("a.json", json.dumps(data).encode()).splitlines() == [
        "вопрос: Где столовая?",
        "ответ: На втором этаже.",
        "",
        "port: 8080",
        "hosts:",
        "  - a",
        "  - b",
        "tls:",
        "  on: true",
        "  keys:",
        "sizes: 1, 2",
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json"])
def test_json_lines_are_records(name: str) -> None:
    """One paragraph a line; what is no JSON stays as it is."""
    assert text_of(name, b'{"a": "\\u00e9"}\nnot json\n{"a": 2}\n') == "a: é\n\nnot json\n\na: 2"


def test_text_that_only_ends_in_json_stays_text() -> None:
    """A broken file is shown as it is written."""
    assert text_of("a.json", b"{ port: 8080, // the port") == "{ port: 8080, // the port"


def test_deep_json_is_no_way_to_break_the_reader() -> None:
    """Ten thousand brackets are text."""
    assert text_of("a.json", b"[" * 10_000 + b"]" * 10_000).startswith("[[[")


def test_xml_keeps_attributes() -> None:
    """Values of attributes are found with their element."""
    data = '<?xml version="1.0"?><cat><item id="X-1" price="3"><name>Bolt</name><note>a <b>c</b> d</note></item></cat>'

    assert text_of("a.xml", data.encode()).splitlines() == [
        "cat:",
        "",
        "  item (id: X-1, price: 3):",
        "    name: Bolt",
        "    note: a c d",
    ]


def test_an_entity_bomb_is_refused() -> None:
    """Entities that multiply are no text."""
    entities = "".join(
        f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "lol"}{"&e" + str(n - 1) + ";" if n else ""}">'
        for n in range(40)
    )
    data = f'<?xml version="1.0"?><!DOCTYPE a [{entities}]><a>&e39;</a>'

    with pytest.raises(Unreadable):
        read_file("a.xml", data.encode())


def test_notebooks_are_read_by_cells_without_pictures() -> None:
    """Text and code, outputs too; no base64."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Rainfall\n", "The mean is 81 mm."]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": ["print('max')"],
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["max 140 mm\n"]},
                {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo" * 500}},
            ],
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

    text = text_of("a.ipynb", json.dumps(notebook).encode())

    assert "The mean is 81 mm." in text
    assert "print('max')" in text
    assert "max 140 mm" in text
    assert "iVBOR" not in text
