"""The language of short and of long texts, their stop words and the parts of their compounds."""

import pytest

from app.core.compounds import compound_parts
from app.core.languages import script_of
from app.core.stop_words import LANGUAGES, language_of_stop_words, stop_words
from app.ingest.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Заявление на отпуск подаётся руководителю за две недели.", "rus"),
        ("Заява про відпустку подається керівнику.", "ukr"),
        ("Η υπηρεσία είναι ανοιχτή.", "ell"),
        ("产假的长度是多少", "zho"),
        ("これはペンです。東京", "jpn"),
        ("المكتب مغلق", "ara"),
        ("Intranet of the harbour office.", "eng"),
        ("Die Bescheinigung ist am vierten Tag vorzulegen.", "deu"),
        ("L'élève est à la cantine.", "fra"),
        ("De verzekering is niet geldig in het buitenland.", "nld"),
        ("Bostadsrättsföreningen har stämma i maj.", "swe"),
        ("Werkstatt Schicht Pumpe Plan Fenster", "deu"),
        ("Asuntolainahakemus käsitellään viikossa.", "fin"),
        ("Wniosek o urlop składa się do kierownika.", "pol"),
        ("İzin talebi müdüre iki hafta önce verilir.", "tur"),
        ("Cererea de concediu se depune la șef.", "ron"),
        ("Sairausvakuutushakemus on jätettävä ajoissa.", "fin"),
        ("Wniosek o urlop składa się do kierownika na dwa tygodnie przed rozpoczęciem urlopu. " * 4, "pol"),
        ("Los Angeles, Los Alamos, Los Gatos: the towns of the tour, and in Los Olivos it ends.", "eng"),
        ("def find(items):\n    return [item for item in items if item is not None]\n" * 9, "eng"),
        ("Zaposleni mora vlogo za dopust oddati vodji najmanj dva tedna pred začetkom dopusta. " * 4, "slv"),
        ("कर्मचारी को छुट्टी का अधिकार है।", "hin"),
        ("कर्मचारीलाई बिदाको अधिकार छ। कर्मचारीहरू बिदा लिन सक्छन्।", "nep"),
        ("Kündigungsfrist 3 Monate", "deu"),
        ("Urlaubsanspruch: 30 Tage", "deu"),
        ("Annual leave: 30 days", None),
        ("Phone 555 0146. Prefers evenings.", None),
        ("12 34 56", None),
        ("", None),
    ],
)
def test_short_texts_are_recognised_by_script_words_and_letters(text: str, language: str | None) -> None:
    """A few words are enough where they are stop words or have letters of their own; else no language is guessed."""
    assert language_of(text) == language


def test_a_mixed_text_is_of_the_script_of_most_letters() -> None:
    """A Latin name makes no Russian text English."""
    assert script_of("Отчёт по проекту Footnote за третий квартал") == "rus"


def test_stop_words_are_postgresqls() -> None:
    """Folded, because that is how they are compared; a language without a list has none."""
    assert {"what", "does", "the"} <= stop_words("eng")
    assert {"fur", "uber"} <= stop_words("deu")
    assert stop_words("vie") == frozenset()
    assert all(stop_words(language) for language in LANGUAGES)


def test_a_query_is_in_the_language_of_most_of_its_stop_words() -> None:
    """The likeliest one where it is a tie, none where there are no stop words."""
    assert language_of_stop_words(["who", "will", "die"], ["eng", "deu"]) == "eng"
    assert language_of_stop_words(["die"], ["deu", "eng"]) == "deu"
    assert language_of_stop_words(["bearing"], ["deu", "eng"]) is None


@pytest.mark.parametrize(
    ("word", "language", "part"),
    [
        ("hochspannungsnetzgerät", "deu", "netzgerat"),
        ("hochspannungsnetzgerät", "deu", "hochspannung"),
        ("arbeitsunfähigkeitsbescheinigung", "deu", "bescheinigung"),
        ("versicherungsnehmer", "deu", "versicherung"),
        ("arbeidsongeschiktheidsverzekering", "nld", "verzekering"),
        ("sjukförsäkringskassan", "swe", "forsakring"),
        ("asuntolainahakemus", "fin", "laina"),
    ],
)
def test_compounds_have_parts(word: str, language: str, part: str) -> None:
    """With whatever links them, and neighbouring parts together."""
    assert part in compound_parts(word, language)


@pytest.mark.parametrize(
    ("word", "language"),
    [("bescheinigung", "deu"), ("universität", "deu"), ("internationalisation", "eng"), ("haus", "deu")],
)
def test_other_words_have_none(word: str, language: str) -> None:
    """Words that only look like compounds, and languages that write theirs apart."""
    assert compound_parts(word, language) == ()
