"""Lexemes and BM25 weights of chunks."""

import hashlib

import pytest

from app.core.asked import read_query
from app.core.chunk_words import chunk_words
from app.core.lexemes import WORDS_VERSION, name_lexemes


def lexemes_of(text: str, language: str = "eng", *, filename: str = "") -> set[int]:
    return {*chunk_words([text], language, filename=filename)[0].lexemes.tolist()}


def finds(query: str, text: str, language: str = "eng") -> bool:
    """Whether a text holds each word of a query, as itself or by all its parts, or what the words are together."""
    held = lexemes_of(text, language)
    asked = read_query(query, [language])
    if any(joined.lexeme in held for joined in asked.joined):
        return True
    return all(
        held.intersection(word.same) or (word.inside and held.issuperset(word.inside)) for word in asked.words
    )


@pytest.mark.parametrize(
    ("text", "query", "language"),
    [
        ("Leaves of absence", "leave absences", "eng"),
        ("Die Häuser", "haus", "deu"),
        ("ZX00007Q", "zx00007q", "eng"),
        ("Ｆｕｌｌ ｗｉｄｔｈ １２３", "full width 123", "eng"),
        ("ﬁnancial ﬂows", "financial flow", "eng"),
        ("产假的长度", "产假", "cmn"),
        ("การลาเพื่อ", "การ", "tha"),
        ("руководителю", "руководители", "rus"),
        # Invisible characters.
        ("Hoch\u00adspan\u00adnungs\u00adnetz\u00adgerät", "Hochspannungsnetzgerät", "deu"),
        ("zero\u200bwidth\u2060joined\ufeff", "zerowidthjoined", "eng"),
        ("می\u200cخواهم", "میخواهم", "fas"),
        ("می\u200cخواهم", "می خواهم", "fas"),
        ("क्\u200dष", "क्ष", "hin"),
        # Accents, with and without.
        ("L'élève âgé déjeune", "eleve age dejeune", "fra"),
        ("eleve", "élève", "fra"),
        ("Łódź", "lodz", "pol"),
        ("Straße", "strasse", "deu"),
        ("Müller", "mueller", "deu"),
        ("Mueller", "Müller", "deu"),
        ("İstanbul'da ışık", "istanbul isik", "tur"),
        ("Đơn xin nghỉ phép", "don xin nghi phep", "vie"),
        ("Αθήνα", "αθηνα", "ell"),
        ("științe", "stiinte", "ron"),
        ("ещё", "еще", "rus"),
        ("smørrebrød", "smorrebrod", "dan"),
        # Codes and numbers, joined and apart.
        ("TK-2041-B", "TK2041B", "eng"),
        ("TK2041B", "TK-2041-B", "eng"),
        ("TK2041B", "tk 2041 b", "eng"),
        ("TK 2041 B", "TK2041B", "eng"),
        ("PO/2025/0117", "PO20250117", "eng"),
        ("e-mail", "emails", "eng"),
        ("1,500,000", "1500000", "eng"),
        ("1500000", "1.500.000", "deu"),
        ("1\u202f500\u202f000 and 1'500'000", "1500000", "fra"),
        ("call +49 (30) 1234-567", "49301234567", "eng"),
        ("phone 555 0146", "5550146", "eng"),
        ("5550146", "555 0146", "eng"),
        ("ISBN 978-3-16-148410-0", "9783161484100", "eng"),
        ("ISBN 9783161484100", "978 3 16 148410 0", "eng"),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "eng"),
        ("version 3.11.4", "3.11.4", "eng"),
        ("Call +49 (0)711 123-4567", "1234567", "eng"),
        ("Call +49 (0)711 123-4567", "0711 1234567", "eng"),
        ("Call 0711/1234567", "+49 711 123 4567", "eng"),
        ("rated at 10 kV", "10kV", "eng"),
        ("holds 24kV", "24 kv", "eng"),
        ("holds 24kV", "kV", "eng"),
        ("within 16 ms", "16ms", "eng"),
        ("between \u221220 \u00b0C and 5 \u00b0C", "-20C", "eng"),
        ("size 10\u00d720 mm", "10x20", "eng"),
        ("governed by \u00a7 12", "\u00a712", "eng"),
        ("Release v1.10", "version 1.10", "eng"),
        ("signed on 5 March 2026", "05.03.2026", "eng"),
        ("on 2025-11-23", "23 November 2025", "eng"),
        ("e\u2011mail", "email", "eng"),
        ("O\u2019Brien", "obrien", "eng"),
        ("the colour of the organisation", "color organization", "eng"),
        ("indices of the children", "index child", "eng"),
        # Names in code.
        ("getUserName()", "get user name", "eng"),
        ("getUserName()", "getusername", "eng"),
        ("max_num_results", "maxNumResults", "eng"),
        ("HTTPServer", "http server", "eng"),
        ("client.chat.completions", "chat completions", "eng"),
        ("node.js", "nodejs", "eng"),
        ("ASP.NET", "asp net", "eng"),
        ("C++17", "C++", "eng"),
        ("C++17", "c++17", "eng"),
        ("the A/B test", "a/b", "eng"),
        ("R&D at AT&T", "R&D", "eng"),
        ("O'Brien", "obrien", "eng"),
        # Compounds.
        ("Hochspannungsnetzgerät", "Netzgerät", "deu"),
        ("Arbeitsunfähigkeitsbescheinigung", "Bescheinigungen", "deu"),
        ("arbeidsongeschiktheidsverzekering", "verzekering", "nld"),
        ("sjukförsäkringskassan", "försäkring", "swe"),
        ("asuntolainahakemus", "hakemus", "fin"),
        ("arbejdsløshedsforsikring", "forsikring", "dan"),
        ("sykepengesøknaden", "søknad", "nob"),
        ("Device 00:1A:2B:3C:4D:5E", "001A2B3C4D5E", "eng"),
    ],
)
def test_spellings_of_a_word_meet(text: str, query: str, language: str) -> None:
    """However a text and a query write a word, the one is found by the other."""
    assert finds(query, text, language)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Vitamin C", "C++"),
        ("C++", "C"),
        ("C#", "C"),
        ("C++", "C#"),
        ("grade C", "C#"),
        ("3.12", "3.11"),
        ("hochspannung", "Netzgerät"),
    ],
)
def test_other_words_do_not_meet(text: str, query: str) -> None:
    """C++ and C# are names of their own, and a version is not the next one."""
    assert not finds(query, text)


def test_languages_have_their_own_stems() -> None:
    """What English cuts off, an unknown language keeps."""
    assert lexemes_of("running") == lexemes_of("run")
    assert lexemes_of("running", "xxx") != lexemes_of("run", "xxx")


def test_a_file_is_found_by_its_name() -> None:
    """By the words between its separators, not by its ending; they are no words of its text."""
    named = lexemes_of("Phone 555 0146.", filename="Tove-Berg_notes.v2.md")
    (word,) = (word for word in read_query("Berg", ["eng"]).words)

    assert set(word.in_name) <= named
    assert not set(word.same) & named
    assert name_lexemes("Report.pdf", "eng") == name_lexemes("report.docx", "eng")


@pytest.mark.parametrize(
    ("filename", "query", "language"),
    [
        ("travelPolicy2024v2.docx", "travel policy 2024", "eng"),
        ("TK-2041_Datenblatt.pdf", "TK2041", "deu"),
        ("TK2041.pdf", "TK-2041", "deu"),
        ("Q3Report.xlsx", "q3 report", "eng"),
        ("Mitarbeiterhandbuch.pdf", "Handbuch", "deu"),
        ("Übersicht.pdf", "uebersicht", "deu"),
    ],
)
def test_a_file_is_found_by_the_parts_of_its_name(filename: str, query: str, language: str) -> None:
    """Of a compound, of a code, and of words that only capitals and digits divide."""
    named = lexemes_of("Phone 555 0146.", language, filename=filename)

    assert all(named & set(word.in_name) for word in read_query(query, [language]).words)


def test_a_small_number_in_a_name_is_no_name() -> None:
    """Nor are the parts of an id."""
    named = {*name_lexemes("file12.txt", "eng"), *name_lexemes("56beb4343aeaaa14008c925b.txt", "eng")}

    for query in ("12", "beb", "4343"):
        (word,) = read_query(query, ["eng"]).words
        assert named.isdisjoint(word.in_name)


@pytest.mark.parametrize(
    ("text", "language", "digest"),
    [
        (
            "The pump's valve (type TK-2041-B) failed. \"Replace it,\" said Dr. O'Neil: 1 500 000 V at 24kV!",
            "eng",
            "24c0e5983fb4cf84",
        ),
        (
            "Das Hochspannungsnetzgerät, 12,5 kV, wurde am 6. Mai 2024 geprüft. Straße: «Łódź».",
            "deu",
            "d4931a1ed53a8c99",
        ),
        (
            "parseHTTPResponse() and C++17, .NET. __init__ at 10:2f:aa, v1.2.3. Call +49 30 1234567.",
            "und",
            "16d8fc77100c7e70",
        ),
        ("产假有多长？火车票可以报销吗。 iPhone15Pro ลาคลอดต้องแจ้งก่อนไหม", "zho", "1d81caef4fb1455a"),
    ],
)
def test_words_belong_to_their_version(text: str, language: str, digest: str) -> None:
    """Stores keep words of this version: a change of lexemes or weights needs another one."""
    (words,) = chunk_words([text], language, filename="Leave-policy2024.pdf", is_whole=True)
    written = repr([part.tolist() for part in (words.lexemes, words.weighed, words.weights)]).encode()

    assert (WORDS_VERSION, hashlib.sha256(written).hexdigest()[:16]) == (4, digest)
