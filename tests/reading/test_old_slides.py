"""PPT: slides of PowerPoint's binary files with the notes that belong to each."""

import struct

from tests.reading.compound import make_compound
from tests.reading.sources import text_of

_SLIDES = (("Quarter two", "Sales up"), ("Outlook", "New ferry"), ("Fares", "Dogs free"))
_FIRST_ID = 256
_CURRENT_USER = struct.pack("<IIIHHBBH", 20, 0xE391C05F, 0, 0, 1012, 3, 0, 0)


def _record(kind: int, content: bytes, *, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(content)) + content


def _holding(kind: int, *parts: bytes) -> bytes:
    return _record(kind, b"".join(parts), version=0xF)


def _text(text: str, kind: int) -> bytes:
    header = _record(3999, struct.pack("<I", kind))
    shape = _holding(0xF004, _holding(0xF00D, header, _record(4000, text.encode("utf-16-le"))))
    return _holding(1036, _holding(0xF002, _holding(0xF003, shape)))


def make_ppt(notes: dict[int, str]) -> bytes:
    """Return a presentation of three slides; `notes` are by the number of their slide, in the order of the file."""
    ids = range(_FIRST_ID, _FIRST_ID + len(_SLIDES))
    listed = (_record(1011, struct.pack("<IIIII", number, 4, 1, number, 0)) for number in ids)
    document = _holding(1000, _record(1001, bytes(40)), _holding(4080, *listed))
    slides = (
        _holding(1006, _record(1007, bytes(24)), _text(title, 0), _text(body, 1)) for title, body in _SLIDES
    )
    said = (
        _holding(1008, _record(1009, struct.pack("<IHH", _FIRST_ID + slide, 0, 0)), _text(text, 2))
        for slide, text in notes.items()
    )
    stream = document + b"".join(slides) + b"".join(said)
    return make_compound({"PowerPoint Document": stream, "Current User": _record(4086, _CURRENT_USER)})


def test_notes_stand_with_their_slides() -> None:
    """Whatever the order of the notes in the file, and without lines between slides."""
    text = text_of("a.ppt", make_ppt({2: "Ask Mira\rabout fares.", 0: "Speak up."}))

    assert text.split("\n\n") == [
        *("## Quarter two", "Sales up", "Notes: Speak up."),
        *("## Outlook", "New ferry"),
        *("## Fares", "Dogs free", "Notes: Ask Mira\nabout fares."),
    ]


def test_notes_of_a_slide_that_is_not_there() -> None:
    """Notes that belong to no slide do no harm to the others."""
    text = text_of("a.ppt", make_ppt({0: "Speak up.", 7: "Left over."}))

    assert text.startswith("## Quarter two\n\nSales up\n\nNotes: Speak up.\n\n## Outlook")
