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


@pytest.mark.parametrize(
    "text",
    ['{\n "a": "\\u00e9"\n}\n{\n "a": 2\n}\n', '{"a": "é"}{"a": 2}', '\x1e{"a": "é"}\n\x1e{"a": 2}\n'],
)
def test_values_one_after_another_are_records(text: str) -> None:
    """As jq and logs write them, each over several lines or without a line end between them."""
    assert text_of("a.json", text.encode()) == "a: é\n\na: 2"


def test_words_one_after_another_are_no_records() -> None:
    """Though a number alone is JSON."""
    assert text_of("a.json", b"12 34") == "12 34"
    assert text_of("a.json", b"12") == "12"


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0b"])
def test_a_sign_of_a_new_line_in_a_value_does_not_end_the_record(sign: str) -> None:
    """Texts from the web hold them, and programs write them as they are."""
    text = text_of("a.jsonl", f'{{"a": "one{sign}two", "b": "\\u00e9"}}\n{{"a": "x"}}\n'.encode())

    assert text.split() == ["a:", "one", "two", "b:", "é", "a:", "x"]
