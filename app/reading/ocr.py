"""Text of scanned pages and pictures, where the optional engine is installed: ``pip install -e ".[ocr]"``.

The engine is RapidOCR. Its models lie inside its package; nothing is downloaded.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import pypdfium2

OCR_HINT = 'Scans and pictures are read where Footnote is installed with its extra "ocr".'
# How long OCR may take for one file. Pages beyond it are named as unread.
_CPU_SECONDS = 40
_SCALE = 2.0
_LOWEST_CONFIDENCE = 0.5
_MOST_FRAMES = 500
_SETTINGS = {
    "Global.log_level": "error",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def can_recognise() -> bool:
    """Whether the engine is installed."""
    return find_spec("rapidocr") is not None


def recognise_pages(data: bytes, numbers: Sequence[int]) -> dict[int, str]:
    """Return the text of these pages of a PDF file, as far as time allows."""
    with closing(pypdfium2.PdfDocument(data)) as document:
        pictures = ((number, document[number - 1].render(scale=_SCALE).to_numpy()) for number in numbers)
        return dict(_recognise(pictures))


def recognise_picture(data: bytes) -> dict[int, str]:
    """Return the text of each frame of a picture, by its number from 1."""
    image = import_module("PIL.Image")
    sequence = import_module("PIL.ImageSequence")
    numpy = import_module("numpy")
    with image.open(BytesIO(data)) as picture:
        frames = (
            (number, numpy.asarray(frame.convert("RGB")))
            for number, frame in enumerate(sequence.Iterator(picture), 1)
            if number <= _MOST_FRAMES
        )
        return dict(_recognise(frames))


def _recognise(pictures: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, str]]:
    for number, picture in pictures:
        if time.process_time() > _CPU_SECONDS:
            return
        found = _engine()(picture)
        lines = zip(found.txts or (), found.scores or (), strict=True)
        text = "\n".join(line for line, score in lines if score >= _LOWEST_CONFIDENCE)
        if text.strip():
            yield number, text


@cache
def _engine() -> Any:
    return import_module("rapidocr").RapidOCR(params=_SETTINGS)
