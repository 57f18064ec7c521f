"""OpenDocument in one file of XML (.fodt, .fods, .fodp): packed as the programs do, and read from there."""

import io
import zipfile
from copy import deepcopy
from dataclasses import replace
from typing import Any

from lxml import etree

from app.reading.document import Document, Source, Unreadable
from app.reading.kinds import OPEN_DOCUMENTS
from app.reading.opendocument import read_open_document

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CONTENT = ("scripts", "font-face-decls", "automatic-styles", "body")
_STYLES = ("font-face-decls", "styles", "automatic-styles", "master-styles")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def read_flat_open_document(source: Source) -> Document:
    """Return the text, as of the same document in a package. Pictures in it are left out."""
    try:
        root = etree.fromstring(source.data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Unreadable("it is damaged, or not of the kind that its name says") from error
    declared = root.get(_OFFICE + "mimetype", "").removesuffix("-template")
    if root.tag != _OFFICE + "document" or declared not in OPEN_DOCUMENTS:
        raise Unreadable("it is damaged, or not of the kind that its name says")
    for picture in list(root.iter(_OFFICE + "binary-data")):
        picture.getparent().remove(picture)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", declared)
        archive.writestr("content.xml", _part(root, "document-content", _CONTENT))
        archive.writestr("styles.xml", _part(root, "document-styles", _STYLES))
    name = f"document.{OPEN_DOCUMENTS[declared]}"
    return read_open_document(replace(source, name=name, data=package.getvalue()))


def _part(root: Any, name: str, children: tuple[str, ...]) -> bytes:
    part = etree.Element(_OFFICE + name, nsmap=root.nsmap)
    part.set(_OFFICE + "version", root.get(_OFFICE + "version", "1.2"))
    part.extend(deepcopy(child) for child in root if child.tag in {_OFFICE + one for one in children})
    written: bytes = etree.tostring(part, xml_declaration=True, encoding="UTF-8")
    return written
