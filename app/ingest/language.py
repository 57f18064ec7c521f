"""Which language a text is in: by script and stop words, and where they leave doubt by the parser's statistics."""

import asyncio

import xberg

from app.core.languages import language_by_script, language_by_words, likely_language, stop_word_hits
from app.ingest.extract import ExtractedText

_SAMPLE_CHARACTERS = 8_000
# Statistics of letters guess anything of lists and tables: most of the stop words have to be the language's. Of
# a language without a list, the text has to be long and hold few of the others'.
_FEWEST_CHARACTERS = 300
_MOST_FOREIGN = 8
_CONFIG = xberg.ExtractionConfig(
    use_cache=False,
    language_detection=xberg.LanguageDetectionConfig(enabled=True, min_confidence=0.5, detect_multiple=False),
)


def recognise_language(text: ExtractedText) -> str | None:
    """Return the text's language (ISO 639-3); None when it is too short or too mixed to tell."""
    with text.path.open(encoding="utf-8", newline="") as file:
        return language_of(file.read(_SAMPLE_CHARACTERS))


def language_of(sample: str) -> str | None:
    """Return the language of a sample; None when it is too short or too mixed to tell."""
    told = language_by_script(sample) or language_by_words(sample)
    if told is not None:
        return told
    return _by_statistics(sample) or likely_language(sample)


def _by_statistics(sample: str) -> str | None:
    wanted = xberg.ExtractInput(kind="bytes", bytes=sample.encode(), mime_type="text/plain")
    found = asyncio.run(xberg.extract(wanted, _CONFIG)).results[0].detected_languages
    guess = found[0] if found else None
    hits = stop_word_hits(sample)
    (best, most), (_, next_most) = hits.most_common(2)
    if guess is None:
        return None
    if guess in hits:
        # Letters with accents settle a tie with English, which has none.
        is_best = guess == best and most > next_most
        has_accents = any(letter.isalpha() and not letter.isascii() for letter in sample)
        return guess if is_best or (has_accents and 0 < hits[guess] == most) else None
    return guess if len(sample) >= _FEWEST_CHARACTERS and most <= _MOST_FOREIGN else None
