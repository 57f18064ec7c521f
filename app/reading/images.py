"""Pictures: their text by OCR, where it is installed."""

from app.reading.document import Document, Source, Unreadable
from app.reading.ocr import OCR_HINT, can_recognise, recognise_picture


def read_image(source: Source) -> Document:
    """Return the text that a picture shows; the frames of a TIFF file are its pages."""
    if not can_recognise():
        raise Unreadable(f"it is a picture. {OCR_HINT.removesuffix('.')}")
    try:
        texts = recognise_picture(source.data)
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable("it is a damaged picture") from error
    if not texts:
        raise Unreadable("no text was recognised in the picture")
    last = max(texts)
    return Document(pages=tuple(texts.get(number, "") for number in range(1, last + 1)))
