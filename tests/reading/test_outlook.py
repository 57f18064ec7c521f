"""Outlook's messages."""

import struct

import pytest

from app.reading.document import Unreadable
from tests.reading.compound import make_compound
from tests.reading.sources import read_file

_TEXT, _BINARY, _NUMBER, _TIME = 0x001F, 0x0102, 0x0003, 0x0040
_SENT = 133_854_912_000_000_000  # 3 March 2025, 16:00 UTC


def stored(head: int, values: dict[tuple[int, int], bytes], folder: str = "") -> dict[str, bytes]:
    """Return the streams of properties; `head` is how many bytes come before their list."""
    streams = {}
    listed = b"\0" * head
    for (number, kind), value in values.items():
        is_fixed = kind in (_NUMBER, _TIME)
        listed += struct.pack("<HHI", kind, number, 6)
        listed += value.ljust(8, b"\0") if is_fixed else struct.pack("<II", len(value), 0)
        if not is_fixed:
            streams[f"{folder}__substg1.0_{number:04X}{kind:04X}"] = value
    return {f"{folder}__properties_version1.0": listed} | streams


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def attached(number: int, name: str, data: bytes) -> dict[str, bytes]:
    values = {(0x3707, _TEXT): text(name), (0x3701, _BINARY): data, (0x3705, _NUMBER): struct.pack("<I", 1)}
    return stored(8, values, f"__attach_version1.0_#{number:08X}/")


HEAD = {
    (0x0037, _TEXT): text("The lathe"),
    (0x0C1A, _TEXT): text("Mira Tolland"),
    (0x5D01, _TEXT): text("mira@vale.example"),
    (0x0E04, _TEXT): text("Office"),
    (0x0039, _TIME): struct.pack("<Q", _SENT),
}


def test_a_message_is_read_like_any_e_mail() -> None:
    """Its head, its body, its attachments under their names; what cannot be read is named."""
    inner = stored(
        24, {(0x0037, _TEXT): text("Meeting"), (0x1000, _TEXT): text("In room Juniper.")},
        "__attach_version1.0_#00000002/__substg1.0_3701000D/",
    )  # fmt: skip
    data = make_compound(
        stored(32, HEAD | {(0x1000, _TEXT): text("The lathe arrives on 19 March.\r\n")})
        | attached(0, "packing.txt", b"Serial number LT-55821-Q")
        | attached(1, "a.bin", b"\0\1\2" * 2_000)
        | stored(8, {(0x3001, _TEXT): text("Meeting")}, "__attach_version1.0_#00000002/")
        | inner
    )

    document = read_file("a.msg", data)

    assert document.text.startswith(
        "Subject: The lathe\nFrom: Mira Tolland <mira@vale.example>\nTo: Office\nDate: Mon, 03 Mar 2025 16:00:00"
    )
    assert (
        "\n\nThe lathe arrives on 19 March.\n\nAttachments: packing.txt, a.bin, Meeting.eml" in document.text
    )
    assert "# packing.txt\n\nSerial number LT-55821-Q" in document.text
    assert "# Meeting.eml\n\nSubject: Meeting\n\nIn room Juniper." in document.text
    assert document.warnings == ("'a.bin' inside could not be read: files of this kind cannot be read",)


def test_a_message_of_html_alone_is_read_in_its_encoding() -> None:
    """The message says it, not the page."""
    page = "<p>Der Kühlschrank kommt.</p>".encode("cp1252")
    values = HEAD | {(0x1013, _BINARY): page, (0x3FDE, _NUMBER): struct.pack("<I", 1252)}

    assert "Der Kühlschrank kommt." in read_file("a.msg", make_compound(stored(32, values))).text


def test_a_broken_message_says_so() -> None:
    """Its list names a property that is not there."""
    streams = stored(32, HEAD)
    del streams["__substg1.0_0037001F"]

    with pytest.raises(Unreadable, match="damaged"):
        read_file("a.msg", make_compound(streams))
