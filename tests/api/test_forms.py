"""Forms as different clients write them."""

import pytest
from starlette.requests import Request
from starlette.types import Message

from app.api.forms import read_upload


def form(disposition: bytes) -> Request:
    """Return a request whose form has one file, sent under this name."""
    body = (
        b'--X\r\nContent-Disposition: form-data; name="file"; '
        + disposition
        + b"\r\n\r\nA fact.\r\n--X--\r\n"
    )

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"multipart/form-data; boundary=X")]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="M\xc3\xbcller.txt"', "Müller.txt"),
        (b'filename="M\xfcller.txt"', "Müller.txt"),
        (b"filename=\"=?utf-8?B?TcO8bGxlci50eHQ=?=\"; filename*=utf-8''M%C3%BCller.txt", "Müller.txt"),
        (b"filename*=UTF-8''M%C3%BCller.txt; filename=\"Mueller.txt\"", "Müller.txt"),
        (b"filename=\"Muller.txt\"; FileName*=iso-8859-1'en'M%FCller.txt", "Müller.txt"),
        (b"filename=\"plain.txt\"; filename*=UTF-8''%FF%FE.txt", "plain.txt"),
        (b"filename=\"plain.txt\"; filename*=nonsense''M%FCller.txt", "Müller.txt"),
        (b'filename="=?utf-8?B?TcO8bGxlci50eHQ=?="', "Müller.txt"),
        (b'filename="=?nonsense?B?TcO8bGxlci50eHQ=?="', "=?nonsense?B?TcO8bGxlci50eHQ=?="),
        (b'filename="M%C3%BCller%20Bericht.txt"', "Müller Bericht.txt"),
        (b'filename="M%FCller.txt"', "M%FCller.txt"),
        (b'filename="the %22great%22 plan.txt"', 'the "great" plan.txt'),
        (b'filename="100%25 of it, 5%20more.txt"', "100%25 of it, 5%20more.txt"),
        (b"filename=\"a.txt\"; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        (b'filename="..%2F%C3%BC%2F%22.txt"', '".txt'),
    ],
)
async def test_a_files_name_is_the_one_that_its_client_means(disposition: bytes, name: str) -> None:
    """Letters that are not ASCII, and quotes, as browsers, .NET and aiohttp write them; never with a folder."""
    async with read_upload(form(disposition), max_bytes=1_000, keeps_small=True) as upload:
        (file,) = upload.files

    assert (file.filename, file.content) == (name, b"A fact.")
