"""Recognises the language of a text: by script and stop words, in doubt by statistics of its letters."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from app.core.languages import language_by_script, language_by_words, likely_language, stop_word_hits
from app.ingest.extract import ExtractedText

_SAMPLE_CHARACTERS = 8_000
# Statistics of letters fail on lists and tables, so most of the stop words have to be the language's. For
# a language without a list of stop words, the text has to be long and contain few stop words of others.
_FEWEST_CHARACTERS = 300
_MOST_FOREIGN = 8
_LEAST_CONFIDENCE = 0.5
# The recogniser says ISO 639-1, we say 639-3. Only languages in Latin letters come here: scripts tell the others.
_CODES = """
    af:afr az:aze br:bre bs:bos ca:cat cs:ces cy:cym da:dan de:deu en:eng eo:epo es:spa et:est eu:eus fi:fin fo:fao
    fr:fra fy:fry ga:gle gd:gla gl:glg ha:hau hr:hrv ht:hat hu:hun id:ind ig:ibo is:isl it:ita jv:jav ku:kur la:lat
    lb:ltz lt:lit lv:lav mg:mlg ms:msa mt:mlt nl:nld nn:nno no:nob oc:oci om:orm pl:pol pt:por qu:que ro:ron rw:kin
    sk:slk sl:slv sn:sna so:som sq:sqi st:sot sv:swe sw:swa tk:tuk tl:tgl tr:tur uz:uzb vi:vie xh:xho yo:yor zu:zul
"""
_LANGUAGES = dict(pair.split(":") for pair in _CODES.split())


def recognise_language(text: ExtractedText) -> str | None:
    """Return the text's language (ISO 639-3); None when it is too short or too mixed to tell."""
    with text.open() as file:
        return language_of(file.read(_SAMPLE_CHARACTERS))


def language_of(sample: str) -> str | None:
    """Return the language of a sample; None when it is too short or too mixed to tell."""
    certain = language_by_script(sample) or language_by_words(sample)
    if certain is not None:
        return certain
    return _by_statistics(sample) or likely_language(sample)


def _by_statistics(sample: str) -> str | None:
    hits = stop_word_hits(sample)
    (best, most), (_, next_most) = hits.most_common(2)
    if not most and len(sample) < _FEWEST_CHARACTERS:
        # Whatever the statistics say, it is not enough. They are not loaded for file names and lists of codes.
        return None
    code, confidence = _identifier().classify(sample)
    guess = _LANGUAGES.get(code) if confidence >= _LEAST_CONFIDENCE else None
    if guess is None:
        return None
    if guess in hits:
        # Letters with accents settle a tie with English, which has none.
        is_best = guess == best and most > next_most
        has_accents = any(letter.isalpha() and not letter.isascii() for letter in sample)
        return guess if is_best or (has_accents and 0 < hits[guess] == most) else None
    return guess if len(sample) >= _FEWEST_CHARACTERS and most <= _MOST_FOREIGN else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LANGUAGES))
    return identifier
