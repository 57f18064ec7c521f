"""Files in the text of old messages."""

import binascii

import pytest

from app.reading.uuencoded import take_files
from tests.reading.sources import read_file

DATA = b"The count of sheep is 42 in total, and that of cows 7.\n"


def encoded(data: bytes, *, end: str = "`\nend", more: str = "") -> str:
    pieces = [data[place : place + 45] for place in range(0, len(data), 45)]
    lines = [binascii.b2a_uu(piece).decode().rstrip("\n") + more for piece in pieces]
    return "\n".join(("begin 644 sheep count.txt", *lines, end))


@pytest.mark.parametrize(
    "written",
    [encoded(DATA), encoded(DATA, end="end"), encoded(DATA, end=" \nend"), encoded(DATA, more="#").replace(" \n", "\n")],
)  # fmt: skip
def test_a_file_within_the_text_of_a_message_is_read_like_an_attached_one(written: str) -> None:
    """Programs end it in several ways."""
    mail = f"From: a@example.org\nSubject: Count\n\nHere it is.\n\n{written}\n\nBye\n"

    document = read_file("a.eml", mail.encode())

    assert document.text.split("\n\n", 1)[1] == (
        "Here it is.\n\n\nBye\n\nAttachments: sheep count.txt\n\n"
        "# sheep count.txt\n\nThe count of sheep is 42 in total, and that of cows 7."
    )
    assert not document.warnings


@pytest.mark.parametrize(
    "text", ["begin 644 of them\nare here\nend", "Do begin 644 x\nend", "begin 644 x\nM!\x1f\nend"]
)
def test_words_that_look_like_one_stay(text: str) -> None:
    """A sentence may begin so."""
    assert take_files(text) == (text, [])
