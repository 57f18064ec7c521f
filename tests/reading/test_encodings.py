"""Text comes out as its letters, however it was encoded."""

import pytest

from app.reading.document import Unreadable
from app.reading.encodings import decode, decode_text, is_garbled
from tests.reading.sources import text_of


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Prüfstück Nº 7 → geprüft"),
        ("utf-8-sig", "Prüfstück"),
        ("cp1252", "Artikel;Preis;Größe\nTür;12,50 €;groß\nSchlüssel;3,00;klein\n"),
        ("cp1252", "Café crème à la française, déjà vu\n"),
        ("cp1252", "“Quotes” – a dash, and € 50 for the hall"),
        ("cp1250", "Název;Cena\nŽluťoučký kůň;3\nPříliš;4\n"),
        ("cp1250", "Název;Cena\nŽlutý kůň;12\nŘeřicha;4\n"),
        ("iso-8859-2", "Název;Cena\nŽlutý kůň;12\nŘeřicha;4\n"),
        ("cp1257", "Vārds;Pilsēta\nJānis;Rīga\nŅina;Šķēde\n"),
        ("cp874", "ชื่อ;เมือง\nสมชาย;กรุงเทพ\n"),
        ("mac_roman", "Artikel;Größe\nTür;groß\nSchlüssel;klein\n"),
        ("cp1252", "Müller"),
        ("cp1252", "Grüße"),
        ("cp1251", "Ключи от склада выдаёт дежурный электрик."),
        ("koi8-r", "Ключи от склада выдаёт дежурный электрик."),
        ("cp866", "Ключи от склада выдаёт дежурный электрик."),
        ("shift_jis", "商品番号,品名,単価\nA-1001,青いノート,350"),
        ("iso2022_jp", "商品番号,品名,単価\nA-1001,青いノート,350"),
        ("iso2022_kr", "상품 번호, 이름, 가격"),
        ("euc-jp", "商品番号,品名,単価\nA-1001,青いノート,350"),
        ("gb18030", "商品编号,名称,价格\n铅笔,3\n橡皮,5"),
        ("big5", "Name;Note\nA;除非風太大，渡輪每天運行\nB;狗可以免費乘坐"),
        ("euc-kr", "상품 번호, 이름, 가격"),
        ("cp1253", "Καλημέρα κόσμε, το κλειδί είναι εδώ"),
        ("cp1255", "שלום עולם מה נשמע"),
        ("cp1256", "مرحبا بالعالم كيف الحال"),
        ("cp1254", "Çiçek ığdır şeker güneş"),
        ("utf-16", "Schürze\t12,50 €"),
        ("utf-16-le", "Plain words without a mark, and ä"),
        ("utf-16-be", "Привет мир, как дела. Всё хорошо, и это текст."),
        ("utf-32-le", "Plain words without a mark"),
    ],
)
def test_the_letters_come_back(encoding: str, text: str) -> None:
    """UTF-8 first, marks and zero bytes next, then a detector; Windows-1252 where it is unsure."""
    assert decode(text.encode(encoding)).lstrip("\ufeff") == text


@pytest.mark.parametrize("stray", [b"\xe4", b"\x96", b"\xff"])
def test_a_stray_byte_spoils_its_place_only(stray: bytes) -> None:
    """A log with one line of another program keeps all of its own letters."""
    lines = ["Übergabe an Frau Müßig geprüft"] * 20
    data = "\n".join(lines).encode() + b"\nK" + stray + b"fer\n" + "\n".join(lines).encode()

    text = decode(data)

    assert text.count("Übergabe an Frau Müßig geprüft") == 40
    assert "Ã" not in text
    assert stray.decode("cp1252") in text


def test_a_declared_encoding_counts() -> None:
    """What a page or an XML file says of itself is believed when the bytes agree."""
    page = "<html><head><meta charset=iso-8859-2><title>Łódź</title></head><body><p>Zażółć gęślą jaźń</p></body></html>"
    xml = '<?xml version="1.0" encoding="koi8-r"?><a><b>Ключи</b></a>'

    assert "Zażółć gęślą jaźń" in text_of("a.html", page.encode("iso-8859-2"))
    assert "Ключи" in text_of("a.xml", xml.encode("koi8-r"))


@pytest.mark.parametrize(
    ("declared", "written", "text"),
    [
        ("iso-8859-1", "cp1252", "“40” € – näher"),
        ("gb2312", "gb18030", "朱镕基"),
        ("shift_jis", "cp932", "①番"),
        ("us-ascii", "utf-8", "Fähre"),
    ],
)
def test_programs_name_less_than_they_write(declared: str, written: str, text: str) -> None:
    """As browsers do: the wider encoding of that name is meant, and ASCII may be UTF-8."""
    assert decode(text.encode(written), declared=declared) == text


@pytest.mark.parametrize(
    "text", ["\ufffd\ufffd\ufffd\ufffd word", "\ue000\ue001\ue002\ue003", "\x80\x81\x82\x83 a"]
)
def test_garbled_text_is_no_text(text: str) -> None:
    """Replacement characters, private ones and controls are what nobody wrote."""
    assert is_garbled(text)
    with pytest.raises(Unreadable, match="garbled"):
        text_of("a.json", ('"' + text + '"').encode())


@pytest.mark.parametrize("text", ["naïve café 😀", "万年筆", "a\tb\r\nc", "", "ключ \ufffd один"])
def test_real_text_is_not_garbled(text: str) -> None:
    """Letters of any script are text, a lost one among them too."""
    assert not is_garbled(text)


@pytest.mark.parametrize(
    ("data", "reason"), [(b"a,b\n1,\x002", "NUL"), (b'{"a": "\xed\xa0\x80"}', "surrogates")]
)
def test_what_no_text_holds_is_said(data: bytes, reason: str) -> None:
    """Zero bytes and halves of characters are refused in structured text, too."""
    with pytest.raises(Unreadable, match=reason):
        decode_text(data)


def test_a_template_that_declares_latin_letters_is_not_believed() -> None:
    """What passes as UTF-8 with several letters beyond ASCII is UTF-8."""
    page = "<html><head><meta charset=iso-8859-1></head><body><p>Größe – „gut“</p></body></html>"

    assert text_of("a.html", page.encode()) == "Größe – „gut“"


def test_lines_of_two_encodings() -> None:
    """A short table of which half is UTF-8 and half Windows-1252 comes out right as a whole."""
    rows = ["Müller;Köln", "Schäfer;Münster"], ["Jäger;Düsseldorf", "Götz;Hürth"]

    data = "\n".join(rows[0]).encode() + b"\n" + "\n".join(rows[1]).encode("cp1252")

    assert decode(data) == "\n".join([*rows[0], *rows[1]])


def test_a_letter_that_is_cut_at_the_end() -> None:
    """Half a letter at the end of a file spoils nothing before it."""
    assert decode("Die Straße ist lang: Käse".encode() + "ß".encode()[:1]) == "Die Straße ist lang: Käse"
