"""Packages of a document's parts (ZIP), written again with some of the parts changed."""

import io
import re
import zipfile
from collections.abc import Mapping

_RELATIONS = "_rels/.rels"
# Strict Open XML (ISO/IEC 29500-4) has names of its own for what all other office files call by those of 2006.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_XML = (".xml", ".rels")


def rewritten(package: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """Return the package with the parts that changed, by their names, and all others as they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for entry in package.infolist():
            copy.writestr(entry.filename, changed.get(entry.filename) or package.read(entry))
    return target.getvalue()


def transitional(data: bytes) -> bytes:
    """Return an office file with the names that libraries know. Word and Excel save "Strict Open XML" with others."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if _RELATIONS not in package.namelist() or not _STRICT.search(package.read(_RELATIONS)):
            return data
        parts = {name: package.read(name) for name in package.namelist() if name.endswith(_XML)}
        return rewritten(
            package, {name: _STRICT.sub(_TRANSITIONAL, part) for name, part in parts.items() if part}
        )
