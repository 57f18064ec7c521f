"""JSON and JSON Lines as text."""

import json

import pytest

from tests.reading.sources import text_of


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


def test_numbers_stay_as_they_are_written() -> None:
    """Prices keep their zeros, long numbers their digits."""
    assert (
        text_of("a.json", b'{"price": 12.50, "id": 12345678901234567890}')
        == "price: 12.50\nid: 12345678901234567890"
    )


def test_keys_that_stand_twice_and_values_that_are_no_numbers() -> None:
    """Programs write both, though JSON has neither."""
    assert text_of("a.geojson", b'{"port": "Alta", "depth": NaN, "port": "Bodo", "sea": {}}') == (
        "port: Alta\ndepth: NaN\nport: Bodo\nsea:"
    )
