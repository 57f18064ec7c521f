"""What the fallback says of lists of files, and of a file that is named."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from app.core.listing import ListedFile, Listing, ListingQuery
from app.core.types import Snippet
from app.providers.base import ChatProviderRequest, TextDelta
from app.providers.fallback.answerer import FallbackChat
from app.providers.fallback.listings import listing_text


def listed(*names: str, **fields: Any) -> Listing:
    day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    files = tuple(ListedFile(f"file-{name}", name, 1_200, day) for name in names)
    known: dict[str, Any] = {"query": ListingQuery(), "count": len(files), "total": len(files)}
    return Listing(files=files, **(known | fields))


def snippet(n: int, text: str, filename: str = "a.txt") -> Snippet:
    return Snippet(n, f"chunk_{n}", f"file-{filename}", filename, text, 0, len(text), 1.0)


@pytest.mark.parametrize(
    ("listing", "told"),
    [
        (listed("b.txt", "A.txt"), "2 files: A.txt, b.txt."),
        (listed("a.txt"), "1 file: a.txt."),
        (listed(), "There are no files."),
        (listed(total=3, query=ListingQuery(kinds=("pdf",))), "None of the 3 files is a PDF file."),
        (listed("a.pdf", total=3, query=ListingQuery(kinds=("pdf",))), "1 PDF file: a.pdf."),
        (listed("a.txt", unread={"in_progress": 1, "failed": 2}), "1 file: a.txt. 1 file is still being read. 2 files could not be read."),
        (listed("a.txt", query=ListingQuery(order="newest")), "The newest file is a.txt (1,200 bytes, added 2026-03-01)."),
        (listed("b", "a", query=ListingQuery(since=dt.date(2026, 3, 1))), "2 files since 2026-03-01: b, a."),
        (listed("a.csv", query=ListingQuery(kinds=("xlsx", "csv"))), "1 file of the kinds xlsx or csv: a.csv."),
        (listed(total=2, query=ListingQuery(kinds=("xlsx", "csv"))), "None of the 2 files is of the kinds xlsx or csv."),
        (listed("report [1].txt"), "1 file: `report [1].txt`."),
    ],
)  # fmt: skip
def test_lists_are_sentences(listing: Listing, told: str) -> None:
    """Names, or why there are none; what looks like a marker stands as code."""
    assert listing_text(listing, ()) == told


def test_many_files_are_counted_and_the_newest_named() -> None:
    """By kind; the answer stays short."""
    names = [f"{number}.pdf" for number in range(50)]
    told = listing_text(listed(*names, count=1_234, total=1_234, kinds={"pdf": 1_200, "": 34}), ())

    assert told.startswith("1,234 files (1,200 pdf, 34 without a suffix). The newest: 0.pdf, 1.pdf,")
    assert len(told) < 200


def test_a_topic_picks_files_by_name_and_by_what_was_found() -> None:
    """Each once; with none it says how many there are."""
    listing = listed("travel-policy.txt", "canteen.txt", query=ListingQuery(topic=("travels",)))
    found = [snippet(1, "Travel is paid.", "rules.txt"), snippet(2, "The canteen is open.", "canteen.txt")]

    assert listing_text(listing, found) == "2 files about “travels”: travel-policy.txt, rules.txt."
    assert listing_text(listed("a.txt", query=ListingQuery(topic=("visas",))), ()).startswith(
        "No file was found"
    )


def test_a_name_with_its_suffix_picks_its_file() -> None:
    """And no other text file."""
    listing = listed(
        "minutes.txt", "canteen.txt", "minutes-of-may.txt", query=ListingQuery(topic=("minutes", "txt"))
    )

    assert listing_text(listing, ()) == "1 file about “minutes txt”: minutes.txt."


def test_a_name_that_no_file_has() -> None:
    """One that is named alike is not the one that was asked for."""
    query = ListingQuery(topic=("budget", "xlsx"), called="budget.xlsx")

    assert listing_text(listed("budget-2025.csv", "a.txt", query=query), ()) == (
        "No file is called “budget.xlsx”. Named alike: budget-2025.csv."
    )
    assert listing_text(listed("a.txt", query=query), ()) == "No file is called “budget.xlsx”."


def test_facts_of_a_file_have_its_pages() -> None:
    """Where it has any."""
    listing = listed("a.pdf", query=ListingQuery(named=("a.pdf",)))
    files = (replace(listing.files[0], pages=7),)

    assert listing_text(replace(listing, files=files), ()) == "a.pdf: 1,200 bytes, 7 pages, added 2026-03-01."


def test_a_topic_is_known_in_the_language_of_the_files() -> None:
    """German words lose German endings."""
    text = "Die Verträge der Angestellten werden von der Personalabteilung geprüft und dann unterschrieben."
    listing = listed("b.txt", "c.txt", query=ListingQuery(topic=("Vertrag",)))

    assert listing_text(listing, [snippet(1, text, "b.txt")]) == "1 file about “Vertrag”: b.txt."


async def test_a_named_file_answers_alone() -> None:
    """Its name's words are not looked for in its text, and the same words elsewhere are no answer."""
    people = [snippet(n, f"Phone 555 014{n}. Prefers evenings.", name) for n, name in enumerate(("Otto-Lind.md", "Tove-Berg.md"), 1)]  # fmt: skip
    body = {"model": "m", "messages": [{"role": "user", "content": "What is the phone number of Tove Berg?"}]}

    events = FallbackChat(model="gpt-4o-mini").respond(ChatProviderRequest(body, tuple(people)), deadline=0)
    told = "".join([event.text async for event in events if isinstance(event, TextDelta)])

    assert told == "Phone 555 0142 [2]."
