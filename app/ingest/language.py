"""Which language a text is in, recognised by the parser from a sample."""

import asyncio

import xberg

from app.core.lexemes import DEFAULT_LANGUAGE
from app.ingest.extract import ExtractedText

_SAMPLE_CHARACTERS = 8_000
_CONFIG = xberg.ExtractionConfig(
    use_cache=False,
    language_detection=xberg.LanguageDetectionConfig(enabled=True, min_confidence=0.5, detect_multiple=False),
)


def recognise_language(text: ExtractedText) -> str:
    """Return the text's language (ISO 639-3); English when it is too short or too mixed to tell."""
    with text.path.open(encoding="utf-8", newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
    wanted = xberg.ExtractInput(kind="bytes", bytes=sample.encode(), mime_type="text/plain")
    found = asyncio.run(xberg.extract(wanted, _CONFIG)).results[0].detected_languages
    return found[0] if found else DEFAULT_LANGUAGE
