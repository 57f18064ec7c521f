"""Files of any kind: what is wrong with them is said."""

import random

import pytest

from app.reading import kinds
from app.reading.document import Unreadable
from app.reading.read import _READERS
from tests.reading.sources import make_zip, read_file


def damaged_text() -> bytes:
    """Return an OpenDocument file whose list of parts is whole and whose content is not."""
    letters = "".join(random.Random(7).choices("abcdefgh ", k=5_000))
    kind = b"application/vnd.oasis.opendocument.text"
    data = make_zip([("mimetype", kind), ("content.xml", f"<a>{letters}</a>".encode())])
    middle = len(data) // 2
    return data[:middle] + b"\xff" * 200 + data[middle + 200 :]


def test_a_damaged_office_file_says_so() -> None:
    """The reading process does not break."""
    with pytest.raises(Unreadable, match="damaged"):
        read_file("a.odt", damaged_text())


def test_a_damaged_file_leaves_the_others_of_an_archive() -> None:
    """It is named in the warnings."""
    document = read_file("a.zip", make_zip([("a.odt", damaged_text()), ("b.txt", b"Still here.")]))

    assert document.text == "# b.txt\n\nStill here."
    assert "'a.odt' inside could not be read" in document.warnings[0]


def test_every_kind_has_a_reader() -> None:
    """A kind that is recognised and not read would go to the parser library, which takes it for text or refuses it."""
    by_content = {kind for _, kind in (*kinds._SIGNATURES, *kinds._OFFICE_FOLDERS, *kinds._OLE_STREAMS)}
    recognised = by_content | {*kinds._TEXT_KINDS.values(), *kinds.OPEN_DOCUMENTS.values()}

    # A bitmap becomes an image once its head is looked at.
    assert recognised - set(_READERS) == {"bmp"}
