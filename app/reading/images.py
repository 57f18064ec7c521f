"""Pictures: their text by OCR where it is installed."""

from app.reading.document import Document, Source, Unreadable


def read_image(source: Source) -> Document:
    raise Unreadable("pictures are read only where OCR is installed")
