"""Packages of a document's parts (ZIP), written again with some of the parts changed."""

import io
import zipfile
from collections.abc import Mapping


def rewritten(package: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """Return the package with the parts that changed, by their names, and all others as they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for entry in package.infolist():
            copy.writestr(entry.filename, changed.get(entry.filename) or package.read(entry))
    return target.getvalue()
