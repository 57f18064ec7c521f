"""Links to sources: made, signed, judged."""

from urllib.parse import parse_qs, urlsplit

from app.core.permissions import Signature, SourceLinks, check_link, named_by, read_places, read_signature

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


def test_a_link_opens_at_its_quotes() -> None:
    """Their places are short, the signature covers them, and the document has a link of its own."""
    links = SourceLinks("", "proj_a", SECRET, expires=1_000)
    page = links.url("file-1", "chunk_1_0", page=3, quotes=[(120, 182), (300, 340)])
    quote = parse_qs(urlsplit(page).query)["quote"][0]

    assert quote == "120-182.300-340"
    assert page.endswith("&page=3#quote")
    assert read_places(quote) == ((120, 182), (300, 340))
    assert check_link(SECRET, named_by(*NAMED, quote), signature_of(page), now=0) == "good"
    assert check_link(SECRET, named_by(*NAMED, "120-183"), signature_of(page), now=0) == "forged"
    assert check_link(SECRET, NAMED, signature_of(page), now=0) == "forged"
    assert "quote" not in links.original_url("file-1", "chunk_1_0")
    many = SourceLinks("", "p").url("f", "c", quotes=[(place, place + 9) for place in range(50)])
    assert len(many) < 100


def test_places_are_digits() -> None:
    """Nothing else is read as one, and a link names few."""
    for written in ("", "12", "1-2.", "-1-2", "١-٢", "1-2,3-4", "9" * 10 + "-1", ".".join(["1-2"] * 6)):
        assert read_places(written) == ()


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
