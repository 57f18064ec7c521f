"""Bodies as clients and networks really send them: compressed, in other encodings, cut off, onto a full disk."""

import gzip
import json
import resource
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import MakeServer
from tests.journeys.test_front_door import check_envelope
from tests.processes import wait_until
from tests.serving import LiveServer

CHAT = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hi " * 50}]}).encode()
JSON = {"content-type": "application/json"}


def bare_deflate(data: bytes) -> bytes:
    squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeezed.compress(data) + squeezed.flush()


def post(server: LiveServer, content: Any, encoding: str) -> httpx.Response:
    headers = JSON | {"content-encoding": encoding}
    return httpx.post(f"{server.v1}/chat/completions", content=content, headers=headers)


def exchange(server: LiveServer, request: bytes) -> bytes:
    """Return all that the server answers to raw bytes until it closes."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=60) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def unhandled(server: LiveServer) -> str:
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return next(line for line in lines if line.startswith("footnote_unhandled_errors_total"))


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(CHAT, mtime=0)),
        ("GZIP", gzip.compress(CHAT[:40], mtime=0) + gzip.compress(CHAT[40:], mtime=0)),
        ("deflate", zlib.compress(CHAT)),
        ("deflate", bare_deflate(CHAT)),
        ("identity", CHAT),
    ],
)
def test_compressed_bodies_are_read(live_server: LiveServer, encoding: str, content: bytes) -> None:
    """Gzip of one member or of several, deflate with zlib's header or bare; at once or byte by byte."""
    assert post(live_server, content, encoding).status_code == 200
    assert post(live_server, iter([bytes([byte]) for byte in content]), encoding).status_code == 200


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "nonsense"])
def test_other_codings_are_415(live_server: LiveServer, encoding: str) -> None:
    """The answer names those that are read."""
    response = post(live_server, CHAT, encoding)

    check_envelope(response, 415)
    assert response.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "content", [CHAT, gzip.compress(CHAT, mtime=0)[:-9], gzip.compress(CHAT, mtime=0) + b"more"]
)
def test_broken_compression_is_400(live_server: LiveServer, content: bytes) -> None:
    """Not compressed at all, cut off, or with something behind it."""
    check_envelope(post(live_server, content, "gzip"), 400)


def test_the_size_limit_counts_what_comes_out(make_server: MakeServer) -> None:
    """A small body that unfolds to gigabytes is refused early."""
    server = make_server(max_request_bytes=100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    began = time.process_time()

    check_envelope(post(server, bomb, "gzip"), 413)

    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xef\xbb\xbf" + CHAT, "byte order mark"),
        (CHAT.decode().encode("utf-16"), "UTF-16"),
        (CHAT.decode().encode("utf-16-be"), "UTF-16"),
        (CHAT.decode().encode("utf-32-le"), "UTF-16"),
    ],
)
def test_other_encodings_are_named(live_server: LiveServer, content: bytes, word: str) -> None:
    """A clear 400 instead of the sentence about broken JSON."""
    response = httpx.post(f"{live_server.v1}/chat/completions", content=content, headers=JSON)

    assert word in check_envelope(response, 400)["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_http_1_0_gets_no_chunks(live_server: LiveServer, stream: bool) -> None:
    """The whole answer with its length, a stream as well."""
    body = json.dumps({**json.loads(CHAT), "stream": stream}).encode()
    head = f"POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"

    answer = exchange(live_server, head.encode() + body)

    headers, _, content = answer.partition(b"\r\n\r\n")
    lines = headers.lower().split(b"\r\n")
    assert not [line for line in lines if line.startswith(b"transfer-encoding")]
    assert f"content-length: {len(content)}".encode() in lines
    assert content.endswith(b"data: [DONE]\n\n") if stream else json.loads(content)["choices"]


@pytest.mark.parametrize("header", ["Host: [::1", "Host: localhost\r\nOrigin: http://[::1"])
def test_malformed_addresses_are_refused(live_server: LiveServer, header: str) -> None:
    """They name no host that may call."""
    answer = exchange(
        live_server, f"GET /v1/models HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n".encode()
    )

    assert answer.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/chat/completions", "/v1/models"])
def test_a_malformed_host_breaks_nothing_behind_keys(make_server: MakeServer, path: str) -> None:
    """A client with a key is answered; unknown addresses are 404."""
    server = make_server(api_keys="k")
    head = f"{path} HTTP/1.1\r\nHost: [::1\r\nAuthorization: Bearer k\r\nConnection: close\r\n"
    request = f"POST {head}Content-Length: {len(CHAT)}\r\n\r\n".encode() + CHAT

    answer = exchange(server, request)

    assert answer.split(b" ", 2)[1] in (b"200", b"404", b"405")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b"])
def test_a_client_that_leaves_during_its_body_is_no_error(
    live_server: LiveServer, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says 499 for the request, without a traceback."""
    path = "/v1/ingest" if "form" in kind else "/v1/chat/completions"
    before = unhandled(live_server)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 9999\r\n\r\n"

    with socket.create_connection(("127.0.0.1", urlsplit(live_server.url).port or 0)) as connection:
        connection.sendall(
            head.encode() + b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx'
        )
        time.sleep(0.2)

    assert wait_until(lambda: "'status': 499" in caplog.text)
    assert "Traceback" not in caplog.text
    assert unhandled(live_server) == before


@contextmanager
def no_room_for(files_over: int) -> Iterator[None]:
    """Let no file of this process grow beyond this many bytes, so that writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (files_over, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_a_full_disk_is_503(live_server: LiveServer, size: int, caplog: pytest.LogCaptureFixture) -> None:
    """While the form is read, or when its file is kept: not the sender's fault, and the log says so."""
    with no_room_for(100_000):
        response = httpx.post(f"{live_server.v1}/ingest", files={"file": ("a.txt", b"x" * size)})

    check_envelope(response, 503)
    assert response.headers["retry-after"] == "30"
    assert "upload_not_stored" in caplog.text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data", b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"nonsense"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 300, b"--b\r\n"),
        ('multipart/form-data; boundary="é"; charset=nonsense', b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"a" * 9_000 + b": x\r\n\r\nx\r\n--b--\r\n"),
    ],
)
def test_broken_forms_are_400(live_server: LiveServer, kind: str, content: bytes) -> None:
    """Whatever the parser says of them."""
    for path in ("ingest", "files"):
        response = httpx.post(
            f"{live_server.v1}/{path}", content=content, headers={b"content-type": kind.encode()}
        )
        check_envelope(response, 400)
