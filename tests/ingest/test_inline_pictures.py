"""Pictures as letters in a text."""

import pytest

from app.ingest.inline_pictures import without_pictures

_LETTERS = "iVBORw0KGgo" * 40
_TEXT = f"# Plan\n\n![the yard](data:image/png;base64,{_LETTERS}==) and more.\n\n[image1]: <data:image/jpeg;base64,{_LETTERS}>\n"
_SHOWN = "# Plan\n\n![the yard]() and more.\n\n[image1]: <>\n"


@pytest.mark.parametrize("size", [1, 7, 64, 250, 10_000])
def test_pictures_are_no_text(size: int) -> None:
    """Wherever the borders of pieces lie."""
    pieces = [_TEXT[start : start + size] for start in range(0, len(_TEXT), size)]

    assert "".join(without_pictures(pieces)) == _SHOWN


@pytest.mark.parametrize("size", [5, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        "Write data:image/png;base64,iVBORw0KGgo= into it.",
        "It ends in data:image/png;base64,iVBO",
        "",
        "data:",
    ],
)
def test_what_is_short_is_an_example(text: str, size: int) -> None:
    """It stays, at the end of a text as well."""
    pieces = [text[start : start + size] for start in range(0, len(text), size)]

    assert "".join(without_pictures(pieces)) == text
