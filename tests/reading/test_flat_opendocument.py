"""OpenDocument in one file of XML: what the same document in a package says."""

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import text_of
from tests.reading.test_opendocument import NAMES, PRESENTATION, cell, row, written

_TABLE = f'<table:table table:name="Plan">{row(cell("Depot"), cell("Share"))}{row(cell("North"), cell("25.6 %"))}</table:table>'
_FRAME = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
_PICTURE = f"<office:binary-data>{'QUJD' * 500}</office:binary-data>"
_RIMS = "<style:header><text:p>Line of Vale</text:p></style:header>"
_SLIDE = f'<draw:page draw:name="Fares">{_FRAME.format("Dogs pay.")}<presentation:notes>{_FRAME.format("Say hello")}</presentation:notes></draw:page>'


def flat(body: str, rims: str = "", *, kind: str) -> bytes:
    mime_type = f"application/vnd.oasis.opendocument.{kind}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NAMES} {PRESENTATION} office:version="1.3" '
        f'office:mimetype="{mime_type}"><office:master-styles>{rims}</office:master-styles>'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    ).encode()


@pytest.mark.parametrize(
    ("suffix", "kind", "body"),
    [
        ("fodt", "text", f"<text:h text:outline-level='1'>Fares</text:h><text:p>Dogs pay.</text:p>{_TABLE}"),
        ("fods", "spreadsheet", _TABLE),
        ("fodp", "presentation", _SLIDE),
    ],
)
def test_a_flat_document_says_what_the_packed_one_says(suffix: str, kind: str, body: str) -> None:
    """Headings, tables, headers and notes; also under a name that says only that it is XML."""
    rims = _RIMS if kind == "text" else ""
    expected = text_of(f"a.od{suffix[-1]}", written(body, rims, kind=kind))

    assert "Dogs pay." in expected or "| North | 25.6 % |" in expected
    assert text_of(f"a.{suffix}", flat(body, rims, kind=kind)) == expected
    assert text_of("a.xml", flat(body, rims, kind=kind)) == expected


def test_pictures_are_no_text() -> None:
    """They are written as letters inside of the file."""
    body = f"<text:p>Dogs pay.</text:p><text:p><draw:frame><draw:image>{_PICTURE}</draw:image></draw:frame></text:p>"

    assert text_of("a.fodt", flat(body, kind="text")) == "Dogs pay."


@pytest.mark.parametrize("data", [b"<?xml version='1.0'?><office:document", b"<?xml version='1.0'?><a/>"])
def test_what_is_no_such_document_says_so(data: bytes) -> None:
    """One that ends early, and any other XML under the name."""
    with pytest.raises(Unreadable, match="damaged"):
        text_of("a.fodt", data)
