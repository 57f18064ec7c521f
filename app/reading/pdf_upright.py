"""Pages of a PDF that are turned when they are shown, written anew as they are shown: parsers read them as they lie."""

import ctypes
import io
from contextlib import closing
from typing import Any

import pypdfium2
import pypdfium2.raw

Box = tuple[float, float, float, float]


def upright(data: bytes) -> bytes:
    """Return a PDF file whose pages lie as a program shows them; the file itself if none is turned."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return data
    with closing(document):
        turned = [number for number in range(len(document)) if _turn(document[number])]
        if not turned:
            return data
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def _turn(page: Any) -> bool:
    """Turn what is on a page by its rotation, and take that away; return whether it had one."""
    rotation = page.get_rotation()
    if not rotation:
        return False
    media, crop = page.get_mediabox(), page.get_cropbox()
    matrix = _matrix(rotation, media)
    pypdfium2.raw.FPDFPage_TransFormWithClip(page, ctypes.byref(matrix), None)
    page.set_rotation(0)
    page.set_mediabox(*_turned(media, matrix))
    page.set_cropbox(*_turned(crop, matrix))
    return True


def _matrix(rotation: int, box: Box) -> pypdfium2.raw.FS_MATRIX:
    """Return what turns a page clockwise, so that its lower left corner is 0, 0 again."""
    left, bottom, right, top = box
    turns = {
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }
    return pypdfium2.raw.FS_MATRIX(*turns[rotation])


def _turned(box: Box, matrix: pypdfium2.raw.FS_MATRIX) -> Box:
    left, bottom, right, top = box
    across = sorted(matrix.a * x + matrix.c * y + matrix.e for x, y in ((left, bottom), (right, top)))
    up = sorted(matrix.b * x + matrix.d * y + matrix.f for x, y in ((left, bottom), (right, top)))
    return across[0], up[0], across[1], up[1]
