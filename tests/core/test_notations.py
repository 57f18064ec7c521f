"""What is written in several ways is one word."""

import pytest

from app.core.folding import visible
from app.core.notations import notations


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no digits here", []),
        # Numbers in groups.
        ("call 555 0146, ISBN 978 3 16 148410 0; 12.5 2,5 10 20", ["5550146", "9783161484100"]),
        # Telephone numbers: at home, and with the code of the country.
        ("+49 (30) 1234-567", ["49301234567", "301234567"]),
        ("+49 (0)711 123-4567", ["4907111234567", "7111234567", "497111234567"]),
        ("+497111234567", ["7111234567", "497111234567"]),
        ("0049 711 1234567", ["00497111234567", "7111234567", "497111234567"]),
        ("0711/1234567", ["7111234567"]),
        ("+1 555 010 9999", ["15550109999", "5550109999"]),
        ("+353 1 555 0123", ["35315550123", "15550123"]),
        ("+99 12", []),
        # Days.
        ("on 5 March 2026", ["20260305"]),
        ("am 5. M\u00e4rz 2026", ["20260305"]),
        ("March 5th, 2026", ["20260305"]),
        ("the 5th of March 2026", ["20260305"]),
        ("5 de marzo de 2026", ["20260305"]),
        ("05.03.2026", ["20260305"]),
        ("3/5/2026", ["20260503", "20260305"]),
        ("2026-3-5", ["20260305"]),
        ("23/11/2025", ["20251123"]),
        ("2026\u5e743\u67085\u65e5", ["20260305"]),
        ("31.02.2026 and 2026-03-05", []),
        # Quantities.
        ("10 kV", ["10kv"]),
        ("10kV", []),
        ("1.5 kW or 1,5 kW", ["1.5kw"]),
        ("1,500 kg", ["1.500kg", "1500kg"]),
        ("40 \u00b0C", ["40c"]),
        ("10 \u03a9 and 5 \u00b5m", ["10ohm", "5um"]),
        ("12 months 3 things", []),
        # Sections and versions.
        ("\u00a7 12, \u00a714a and section 7", ["\u00a712", "\u00a714a", "\u00a77"]),
        ("v1.10 replaces 1.9", ["1.10"]),
    ],
)
def test_what_a_text_means(text: str, meant: list[str]) -> None:
    """However it is written; what is one word already is left out."""
    assert list(dict.fromkeys(each.meant for each in notations(visible(text)))) == meant
