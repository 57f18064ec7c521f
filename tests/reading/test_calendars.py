"""Calendars as a person is shown them."""

from tests.reading.sources import text_of

_ENTRY = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
DTSTART:16010101T000000
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Ferry meeting
DTSTART;TZID=Europe/Berlin:20260314T080000
DTEND:20260314T090000Z
DUE;VALUE=DATE:20260320
ORGANIZER;CN="Mira Tolland":mailto:mira@vale.example
ATTENDEE:mailto:tom@vale.example
RRULE:FREQ=DAILY
X-OTHER:no
DESCRIPTION:Bring the long
  list\\, and dogs\\nto the pier
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_entry_is_a_paragraph() -> None:
    """Folded lines are whole, times readable, reminders and zones left out."""
    assert text_of("a.ics", _ENTRY.replace("\n", "\r\n").encode()).splitlines() == [
        "Title: Ferry meeting",
        "Start: 2026-03-14 08:00 (Europe/Berlin)",
        "End: 2026-03-14 09:00 UTC",
        "Due: 2026-03-20",
        "Organiser: Mira Tolland <mira@vale.example>",
        "Attendee: tom@vale.example",
        "Repeats: FREQ=DAILY",
        "Description: Bring the long list, and dogs",
        "to the pier",
    ]


def test_a_file_without_entries_is_text() -> None:
    """It may be broken, but somebody wrote it."""
    assert text_of("a.ics", b"DTSTART:tomorrow") == "DTSTART:tomorrow"
