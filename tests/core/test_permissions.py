"""Links to sources: made, signed, judged."""

from urllib.parse import parse_qs, urlsplit

from app.core.permissions import Signature, SourceLinks, check_link, read_signature

SECRET = b"s" * 32
NAMED = ("proj_a", "file-1", "chunk_1_0")


def signature_of(url: str) -> Signature:
    query = parse_qs(urlsplit(url).query)
    read = read_signature(query["expires"][0], query["signature"][0])
    assert read is not None
    return read


def test_a_signed_link_opens_until_it_expires() -> None:
    """And the document as it was uploaded opens with the same proof."""
    links = SourceLinks("http://host", "proj_a", SECRET, expires=1_000)
    page, original = links.url("file-1", "chunk_1_0"), links.original_url("file-1", "chunk_1_0")

    assert page.startswith("http://host/sources/file-1?chunk=chunk_1_0&")
    assert page.endswith("#passage")
    assert original.startswith("http://host/sources/file-1/original?")
    assert check_link(SECRET, NAMED, signature_of(page), now=999) == "good"
    assert check_link(SECRET, NAMED, signature_of(original), now=999) == "good"
    assert check_link(SECRET, NAMED, signature_of(page), now=1_000) == "expired"


def test_nothing_in_a_link_can_be_changed() -> None:
    """Another project, file, chunk, time or secret: forged, also when it is late."""
    signature = signature_of(SourceLinks("", "proj_a", SECRET, expires=1_000).url("file-1", "chunk_1_0"))

    for named in (
        ("proj_b", "file-1", "chunk_1_0"),
        ("proj_a", "file-2", "chunk_1_0"),
        ("proj_a", "file-1", "chunk_1_1"),
    ):
        assert check_link(SECRET, named, signature, now=5_000) == "forged"
    longer = Signature(9_999, signature.proof)
    assert check_link(SECRET, NAMED, longer, now=0) == "forged"
    assert check_link(b"t" * 32, NAMED, signature, now=0) == "forged"
    assert check_link(SECRET, NAMED, Signature(1_000, "\ud800é"), now=0) == "forged"
    assert check_link(SECRET, NAMED, None, now=0) == "forged"


def test_a_time_is_digits() -> None:
    """Nothing else is read as one."""
    assert read_signature("", "x") is None
    assert read_signature("-1", "x") is None
    assert read_signature("١٢", "x") is None
    assert read_signature("9" * 5_000, "x") is None
    assert read_signature("12", "x") == Signature(12, "x")


def test_without_a_secret_links_are_plain() -> None:
    """The page then asks for a key, or needs none."""
    assert SourceLinks("", "p").url("file-1", "chunk_1_0") == "/sources/file-1?chunk=chunk_1_0#passage"
