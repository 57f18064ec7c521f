"""Files that the tests of reading make for themselves."""

import io
import zipfile
from collections.abc import Callable, Sequence

import docx
import openpyxl
from docx.document import Document as WordDocument
from reportlab.pdfgen.canvas import Canvas

from app.reading.document import Budget, Document, Source
from app.reading.read import read

A4 = (595, 842)


def read_file(name: str, data: bytes, *, inflated_bytes: int = 10_000_000) -> Document:
    """Read a file as the reading process does."""
    return read(Source(name, data, Budget(inflated_bytes), read))


def text_of(name: str, data: bytes) -> str:
    return read_file(name, data).whole_text


def workbook() -> bytes:
    """Return a workbook of two rows."""
    book = openpyxl.Workbook()
    book.active.append(["Depot", "Dogs"])
    book.active.append(["Riga", 7])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_pdf(*pages: Callable[[Canvas], None]) -> bytes:
    """Return a PDF file whose pages these functions draw."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines_at(*lines: str, x: float = 72, y: float = 760, step: float = 16) -> Callable[[Canvas], None]:
    """Return a page that shows these lines one below another."""

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(x, y - step * number, line)

    return draw


def make_docx(build: Callable[[WordDocument], object]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_zip(files: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()
