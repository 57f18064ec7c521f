"""Subtitles as lines with their times."""

import pytest

from tests.reading.sources import text_of

_SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\nThe ferry runs\r\nevery day.\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n<i>Dogs</i> pay.\r\n"
_VTT = "WEBVTT\n\nNOTE made by x\n\n1\n00:01.000 --> 00:03.500 align:start\n<v Mira>Salt &amp; pepper.\n"

_ROLLING = """WEBVTT
Kind: captions

00:00:00.160 --> 00:00:02.389 align:start position:0%
\x20
the<00:00:00.320><c> dogs</c><00:00:00.480><c> travel</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
the dogs travel
\x20

00:00:02.399 --> 00:00:04.000 align:start position:0%
the dogs travel
free<00:00:02.720><c> on</c><00:00:02.800><c> trains</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
free on trains
\x20
"""
_AGAIN = "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:02,500 --> 00:00:03,000\nNo.\n"
_SBV = "0:00:00.599,0:00:04.160\nDogs travel\nfree.\n\n0:00:04.160,0:00:06.770\nCats pay, too.\n"
_ASS = """[Script Info]
Title: Trains
[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:04.00,Default,Anna,0,0,0,,{\\i1}Dogs, large ones\\Ntoo, travel{\\i0}\\hfree.
Comment: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,check this
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 0{\\p0}
Dialogue: 0,0:01:05.50,0:01:06.00,Default,,0,0,0,,Cats pay.
"""


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.srt", _SRT, "[00:00:01] The ferry runs every day.\n[00:00:04] Dogs pay."),
        ("a.vtt", _VTT, "[00:01] Mira: Salt & pepper."),
        ("a.vtt", _ROLLING, "[00:00:00] the dogs travel\n[00:00:02] free on trains"),
        ("a.srt", _AGAIN, "[00:00:01] No.\n[00:00:02] No."),
        ("a.sbv", _SBV, "[0:00:00] Dogs travel free.\n[0:00:04] Cats pay, too."),
        ("a.ass", _ASS, "[0:00:01] Anna: Dogs, large ones too, travel free.\n[0:01:05] Cats pay."),
        ("a.srt", "No cues here.", "No cues here."),
    ],
)
def test_cues_are_lines(name: str, text: str, shown: str) -> None:
    """Numbers, ends and tags are left out; who speaks stands before it."""
    assert text_of(name, text.encode()) == shown
