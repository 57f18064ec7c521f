"""Text of scanned pages and pictures, where an engine is installed (`pip install "footnote[ocr]"`)."""

OCR_HINT = ""


def can_recognise() -> bool:
    return False


def recognise_pages(data: bytes, numbers: list[int]) -> dict[int, str]:
    return {}
