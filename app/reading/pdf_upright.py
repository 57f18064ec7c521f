"""Pages of a PDF that lie sideways, written again so that they stand as people read them."""

import ctypes
import io
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import pypdfium2
import pypdfium2.raw

from app.reading.pdf_layout import Layout, group_lines

Box = tuple[float, float, float, float]


def upright(data: bytes) -> bytes:
    """Return a PDF file whose pages lie as a program shows them; the file itself if none is turned."""
    return _turned_pages(data, lambda page, _: page.get_rotation())


def stood_up(data: bytes, layouts: Sequence[Layout]) -> bytes:
    """Return a PDF file whose pages stand upright that stood sideways as a whole; the file itself if none did."""
    turns = {number: layout.turn for number, layout in enumerate(layouts) if layout.is_sideways}
    return _turned_pages(data, lambda _, number: turns.get(number, 0)) if turns else data


def upright_lines(layout: Layout) -> list[str]:
    """Return the lines that stand upright on a page that stands sideways as a whole: its number, what runs above it."""
    words = group_lines(layout.words) if layout.is_sideways else ()
    return [" ".join(word.text for word in line) for line in words]


def _turned_pages(data: bytes, angle_of: Callable[[Any, int], int]) -> bytes:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return data
    with closing(document):
        turned = 0
        for number in range(len(document)):
            page = document[number]
            if angle := angle_of(page, number):
                _turn(page, angle)
                turned += 1
        if not turned:
            return data
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def _turn(page: Any, rotation: int) -> None:
    """Turn what is on a page clockwise, and take away that it is turned when it is shown."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    matrix = _matrix(rotation, media)
    pypdfium2.raw.FPDFPage_TransFormWithClip(page, ctypes.byref(matrix), None)
    page.set_rotation(0)
    page.set_mediabox(*_turned(media, matrix))
    page.set_cropbox(*_turned(crop, matrix))


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
