"""Mails that Outlook answers: what stands below is marked as a quote."""

import pytest

from app.reading.mail_replies import mark_replies
from tests.reading.sources import text_of

_HEADS = (
    "From: Mira Tolland\nSent: Monday, 3 March 2025 08:12\nTo: Jonas\nSubject: Rent",
    "Von: Mira Tolland <mira@vale.example>\nGesendet: Montag, 3. März 2025 08:12\nAn: Jonas\nBetreff: Miete",
    "De : Mira Tolland\nEnvoyé : lundi 3 mars 2025 08:12\nÀ : Jonas\nObjet : Loyer",
    "**Von:** Mira Tolland\n**Gesendet:** Montag, 3. März 2025 08:12\n**Betreff:** Miete",
    "-----Ursprüngliche Nachricht-----\nVon: Mira",
    "________________________________\nDa: Mira\nInviato: lunedì 3 marzo 2025\nOggetto: Affitto",
)


@pytest.mark.parametrize("head", _HEADS)
def test_the_mail_before_is_a_quote(head: str) -> None:
    """In the languages in which Outlook writes its head, and in bold as in HTML."""
    marked = mark_replies(f"The rent is 900 now.\n\n{head}\n\nThe rent is 800.", subject="RE: Rent")

    said, _, quoted = marked.partition("\n\n")
    assert said == "The rent is 900 now."
    assert quoted.endswith(">\n> The rent is 800.")
    assert all(line.startswith(">") for line in quoted.split("\n"))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"Please read.\n\n{_HEADS[0]}\n\nThe rent is 800.", "FW: Rent"),
        (f"Bitte lesen.\n\n{_HEADS[1]}\n\nThe rent is 800.", "WG: Miete"),
        (f"{_HEADS[0]}\n\nThe rent is 800.", "Re: Rent"),
        ("From: Vale to Dale there is a ferry.\nIt runs daily.", "Ferry"),
    ],
)
def test_what_is_forwarded_is_what_was_said(text: str, subject: str) -> None:
    """So is a mail below which nothing else stands, and a text that only begins like a head."""
    assert mark_replies(text, subject=subject) == text


def test_letters_in_headers_may_be_written_as_they_are() -> None:
    """In the encoding of the sender's country, beside words that are encoded by the rules."""
    raw = '"Müller, Jörg" <jm@vale.example>'.encode("cp1252")
    mail = b"From: " + raw + b"\nSubject: =?utf-8?Q?R=C3=A9union?= \xfcber M\xfcnchen\n\nHallo.\n"

    assert text_of("a.eml", mail) == (
        'Subject: Réunion über München\nFrom: "Müller, Jörg" <jm@vale.example>\n\nHallo.'
    )
