"""Which language a text is in, recognised by kreuzberg from a sample."""

import kreuzberg

from app.core.lexemes import DEFAULT_LANGUAGE
from app.ingest.extract import ExtractedText

_SAMPLE_CHARACTERS = 8_000
_CONFIG = kreuzberg.ExtractionConfig(
    use_cache=False,
    language_detection=kreuzberg.LanguageDetectionConfig(
        enabled=True, min_confidence=0.5, detect_multiple=False
    ),
)


def recognise_language(text: ExtractedText) -> str:
    """Return the text's language (ISO 639-3); English when it is too short or too mixed to tell."""
    with text.path.open(encoding="utf-8", newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
    found = kreuzberg.extract_bytes_sync(sample.encode(), "text/plain", config=_CONFIG).detected_languages
    return found[0] if found else DEFAULT_LANGUAGE
