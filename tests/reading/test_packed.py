"""Tar archives, and files packed by gzip, bzip2 and xz: the documents inside, and the bounds."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Sequence

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import lines_at, make_pdf, read_file

PDF = make_pdf(lines_at("The keeper is paid in March."))
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def make_tar(files: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("suffix", ["", *PACKERS])
def test_documents_inside_stand_under_their_names(suffix: str) -> None:
    """Every kind is read, packed or not; links are not followed; what cannot be read is named."""
    data = make_tar(
        [("docs/keeper.pdf", PDF), ("buoy.txt", b"The buoy is green."), ("dump.bin", b"\0\1\2\3" * 99)]
    )

    document = read_file(f"a.tar.{suffix}", PACKERS[suffix](data) if suffix else data)

    assert (
        document.text
        == "# docs/keeper.pdf\n\nThe keeper is paid in March.\n\n# buoy.txt\n\nThe buoy is green."
    )
    assert document.warnings == ("'dump.bin' inside could not be read: files of this kind cannot be read",)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_file_that_is_packed_alone_is_read_as_it_was(suffix: str) -> None:
    """With its own kind, whatever the packed file is called."""
    pack = PACKERS[suffix]

    assert read_file(f"keeper.pdf.{suffix}", pack(PDF)).pages == ("The keeper is paid in March.",)
    assert read_file(f"depots.csv.{suffix}", pack(b"depot;count\nNorth;7\n")).text.endswith("| North | 7 |")
    assert read_file("server.log", pack(b"09:14 pump 7 stopped")).text == "09:14 pump 7 stopped"


@pytest.mark.parametrize("suffix", PACKERS)
def test_bombs_are_refused_before_they_unpack(suffix: str) -> None:
    """By their size and by how much smaller they are packed; chains of archives by their depth."""
    pack = PACKERS[suffix]
    with pytest.raises(Unreadable, match="more than a document may hold"):
        read_file(f"a.{suffix}", pack(b"0" * 20_000_000))
    with pytest.raises(Unreadable, match="two hundred times"):
        read_file(f"a.{suffix}", pack(b"0" * 9_000_000))

    data = b"deep inside"
    for _ in range(6):
        data = pack(data)
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_file("a", data)


def test_all_files_of_a_tar_count_together() -> None:
    """Each may be small: their sum is bounded."""
    data = make_tar([(f"{number}.txt", b"word " * 100_000) for number in range(25)])

    with pytest.raises(Unreadable, match="more than a document may hold"):
        read_file("a.tar", data)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.tar.gz", gzip.compress(make_tar([("a.txt", b"a" * 9_000)]))[:60], "damaged archive"),
        ("a.tar", make_tar([("a.txt", b"a" * 9_000)])[:3_000], "damaged archive"),
        ("a.tar", make_tar([]), "no documents"),
    ],
    ids=["packed", "cut", "empty"],
)
def test_a_damaged_archive_says_so(name: str, data: bytes, reason: str) -> None:
    """One that ends early, and one that holds nothing."""
    with pytest.raises(Unreadable, match=reason):
        read_file(name, data)
