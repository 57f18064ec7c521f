"""Server-sent events, however they are cut."""

import pytest

from app.providers.openai.event_data import EventData

STREAM = (
    ": a comment\n\ndata: one\n\nevent: chunk\nid: 7\r\ndata:two\r\n\r\ndata: three\ndata: lines\n\ndata:\n\n"
    "data: \N{LATIN SMALL LETTER E WITH ACUTE}\N{LINE SEPARATOR}\n\ndata: unfinished\n"
).encode()
EXPECTED = [b"one", b"two", b"three\nlines", "\N{LATIN SMALL LETTER E WITH ACUTE}\N{LINE SEPARATOR}".encode()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_pieces_of_any_size_are_the_same_events(size: int) -> None:
    """Comments and names are passed over; what has no empty line behind it is not complete."""
    reader = EventData()

    found = [
        data for start in range(0, len(STREAM), size) for data in reader.feed(STREAM[start : start + size])
    ]

    assert found == EXPECTED


def test_carriage_returns_alone_end_lines() -> None:
    """The last line waits for what follows it, because a line feed may."""
    reader = EventData()

    assert list(reader.feed(b"data: one\r\rdata: two\r\r: more\n")) == [b"one", b"two"]
