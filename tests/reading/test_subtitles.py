"""Subtitles as lines with their times."""

import pytest

from tests.reading.sources import text_of

_SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\nThe ferry runs\r\nevery day.\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n<i>Dogs</i> pay.\r\n"
_VTT = "WEBVTT\n\nNOTE made by x\n\n1\n00:01.000 --> 00:03.500 align:start\n<v Mira>Salt &amp; pepper.\n"


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.srt", _SRT, "[00:00:01] The ferry runs every day.\n[00:00:04] Dogs pay."),
        ("a.vtt", _VTT, "[00:01] Mira: Salt & pepper."),
        ("a.srt", "No cues here.", "No cues here."),
    ],
)
def test_cues_are_lines(name: str, text: str, shown: str) -> None:
    """Numbers, ends and tags are left out; who speaks stands before it."""
    assert text_of(name, text.encode()) == shown
