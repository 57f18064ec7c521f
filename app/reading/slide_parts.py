"""The parts of a PPTX file that are its slides: their order, their speaker notes, their links, and what their masters show."""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml import etree

SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_PRESENTATION = "ppt/presentation.xml"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Placeholders of a notes page that are no notes: the picture of the slide, its number, the header, the footer and the date.
_NO_NOTES = frozenset({"sldImg", "sldNum", "hdr", "ftr", "dt"})
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def shown_slides(package: zipfile.ZipFile) -> list[str]:
    """Return the names of the slides' parts in the order in which they are shown; empty where the package does not tell."""
    related = related_parts(package, _PRESENTATION)
    listed = [related.get(slide.get(_R + "id"), "") for slide in _tree(package, _PRESENTATION, "{*}sldId")]
    names = package.namelist()
    return [name for name in listed if name in names]


def numbered_slides(package: zipfile.ZipFile) -> list[str]:
    """Return the names of the slides' parts by the numbers in them, which is the parser's order."""
    found = {name: int(match[1]) for name in package.namelist() if (match := SLIDE.fullmatch(name))}
    return sorted(found, key=lambda name: found[name])


def notes_of(package: zipfile.ZipFile, slide: str) -> str:
    """Return the speaker notes of a slide, "" when it has none."""
    related = related_parts(package, slide, kind="/notesSlide").values()
    shapes = (shape for name in related for shape in _tree(package, name, "{*}sp"))
    texts = (_text(shape) for shape in shapes if _placeholder(shape) not in _NO_NOTES)
    return "\n".join(filter(None, texts)).strip()


def master_texts(package: zipfile.ZipFile, slides: Iterable[str]) -> list[str]:
    """Return what the layouts and masters of slides show on all of them, such as the name of a firm, each text once."""
    layouts = _related_to(package, slides, "/slideLayout")
    masters = [*layouts, *_related_to(package, layouts, "/slideMaster")]
    shapes = (shape for part in masters for shape in _tree(package, part, "{*}sp"))
    texts = (_text(shape) for shape in shapes if next(shape.iter("{*}ph"), None) is None)
    return list(dict.fromkeys(filter(None, texts)))


def _related_to(package: zipfile.ZipFile, parts: Iterable[str], kind: str) -> list[str]:
    related = (name for part in parts for name in related_parts(package, part, kind=kind).values())
    return list(dict.fromkeys(related))


def links_of(package: zipfile.ZipFile, part: str) -> Mapping[str, str]:
    """Return the addresses that a part links to, by the ids of these relations."""
    return {
        one.get("Id", ""): one.get("Target", "")
        for one in _relations(package, part)
        if one.get("TargetMode") == "External"
    }


def related_parts(package: zipfile.ZipFile, part: str, *, kind: str = "") -> Mapping[str, str]:
    """Return the parts that a part refers to, by the ids of these relations."""
    folder = posixpath.dirname(part)
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))[1:]
        for one in _relations(package, part)
        if one.get("Type", "").endswith(kind)
    }


def _relations(package: zipfile.ZipFile, part: str) -> Iterator[Any]:
    folder, name = posixpath.split(part)
    return _tree(package, f"{folder}/_rels/{name}.rels", "{*}Relationship")


def _tree(package: zipfile.ZipFile, part: str, tag: str) -> Iterator[Any]:
    """Yield the elements of a part that have a tag; none where the part is missing or broken."""
    try:
        root = etree.fromstring(package.read(part), _PARSER)
    except (KeyError, etree.XMLSyntaxError):
        return
    yield from root.iter(tag)


def _placeholder(shape: Any) -> str | None:
    found = next(shape.iter("{*}ph"), None)
    return None if found is None else found.get("type")


def _text(shape: Any) -> str:
    paragraphs = (
        "".join(
            "\n" if piece.tag == _A + "br" else piece.text or "" for piece in line.iter(_A + "t", _A + "br")
        )
        for line in shape.iter(_A + "p")
    )
    return "\n".join(text.strip() for text in paragraphs if text.strip())
