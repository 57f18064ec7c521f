"""XML as text."""

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import read_file, text_of


def test_xml_keeps_attributes() -> None:
    """Values of attributes are found with their element."""
    data = '<?xml version="1.0"?><cat><item id="X-1" price="3"><name>Bolt</name><note>a <b>c</b> d</note><size><a>1</a><b>2</b> mm</size></item></cat>'

    assert text_of("a.xml", data.encode()).splitlines() == [
        "cat:",
        "",
        "  item (id: X-1, price: 3):",
        "    name: Bolt",
        "    note: a c d",
        "    size: 1 2 mm",
    ]


def test_an_entity_bomb_is_refused() -> None:
    """Entities that multiply are no text."""
    entities = "".join(
        f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "lol"}{"&e" + str(n - 1) + ";" if n else ""}">'
        for n in range(40)
    )
    data = f'<?xml version="1.0"?><!DOCTYPE a [{entities}]><a>&e39;</a>'

    with pytest.raises(Unreadable):
        read_file("a.xml", data.encode())


def test_what_is_not_well_formed_stays_as_it_is_written() -> None:
    """Two elements without one around them, as logs have them, or an element without its end."""
    for data in ("<event>pump 4 failed</event>\n<event>pump 5 failed</event>", "<a><b>pump 4</a>"):
        document = read_file("a.xml", data.encode())

        assert document.text == data
        assert document.warnings == ("it is no well-formed XML, so it was read as plain text",)


def test_drawings_and_feeds_say_what_is_read() -> None:
    """The texts of a drawing without its shapes; a page inside of a feed without its tags."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><title>Map</title><path d="M0 0L1 1"/><text x="1">Vale</text></svg>'
    feed = (
        b"<rss><item><description>&lt;p&gt;Dogs &lt;b&gt;pay&lt;/b&gt;&lt;/p&gt;</description></item></rss>"
    )

    assert text_of("a.svg", drawing) == "Map\nVale"
    assert text_of("a.xml", feed).endswith("description: Dogs pay")
