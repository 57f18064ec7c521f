"""Citation markers as text flows, and markers to citations. Pure.

Those that name a snippet are numbered as footnotes, 1, 2, 3 by first citation; the others are taken out. A citation says
which statement its marker stands for, what the cited chunk says of it, and whether that supports it.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.citations import Marker, MarkerScanner, make_citations, statement_at, without_markers
from app.core.types import Citation, Snippet


def scan(text: str, *, size: int = 1000, known: tuple[int, ...] = (1, 2, 3)) -> MarkerScanner:
    scanner = MarkerScanner(known)
    out = [scanner.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join([*out, scanner.finish()]) == scanner.text
    return scanner


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_markers_are_found_whatever_the_pieces(size: int) -> None:
    """A marker that arrives in pieces is the same marker at the same place."""
    scanner = scan("Nine months [1]. Paid [2][3].", size=size)

    assert scanner.text == "Nine months [1]. Paid [2][3]."
    assert [(marker.n, marker.chunk, marker.start, marker.end) for marker in scanner.markers] == [
        (1, 1, 12, 15),
        (2, 2, 22, 25),
        (3, 3, 25, 28),
    ]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_footnotes_are_numbered_by_first_citation(size: int) -> None:
    """The third snippet, cited first, is footnote 1; cited again it keeps its number."""
    scanner = scan("Late [3]. Early [1]. Late again [3]. Both [1][2].", size=size)

    assert scanner.text == "Late [1]. Early [2]. Late again [1]. Both [2][3]."
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [
        (1, 3),
        (2, 1),
        (1, 3),
        (2, 1),
        (3, 2),
    ]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("written", "delivered"),
    [
        ("So it is [3, 1].", "So it is [1][2]."),
        ("So it is [3;1].", "So it is [1][2]."),
        ("So it is [1-3].", "So it is [1][2][3]."),
        ("So it is [1–2, 3].", "So it is [1][2][3]."),
        ("So it is [1, 1].", "So it is [1]."),
        ("So it is【3】.", "So it is[1]."),
        ("So it is 【3†source】.", "So it is [1]."),
        ("So it is【3:0†leave.pdf】.", "So it is[1]."),
        ("So it is [3†source].", "So it is [1]."),
        ("So it is [^3].", "So it is [1]."),
        ("So it is [Source 3].", "So it is [1]."),
        ("So it is [source: 3].", "So it is [1]."),
        ("So it is [doc3].", "So it is [1]."),
        ("**So it is [3].**", "**So it is [1].**"),
        ("So **it** is **[3]**.", "So **it** is **[1]**."),
        ("So it is (3).", "So it is [1]."),
        ("So it is (3, 1)\nAnd on.", "So it is [1][2]\nAnd on."),
        ("So it is (3)", "So it is [1]"),
        ("| leave | nine [3] |", "| leave | nine [1] |"),
        ("所以如此【3】。", "所以如此[1]。"),
        ("So it is 【9】.", "So it is."),
        ("So it is [9†source].", "So it is."),
        ("So it is [7-9].", "So it is."),
    ],
)
def test_markers_of_every_form_are_mapped(written: str, delivered: str, size: int) -> None:
    """Whatever the model writes comes out as [n], or is taken out when it names no snippet."""
    assert scan(written, size=size).text == delivered


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_unknown_markers_go_with_the_space_before_them(size: int) -> None:
    """A marker that names no snippet is taken out and counted."""
    scanner = scan("It is so [9]. And so [1].", size=size)

    assert scanner.text == "It is so. And so [1]."
    assert scanner.removed == 1
    assert scanner.text[scanner.markers[0].start : scanner.markers[0].end] == "[1]"


@pytest.mark.parametrize("size", [1, 1000])
def test_lists_of_numbers_become_single_markers(size: int) -> None:
    """[1, 2, 9] is written as the markers that are known."""
    scanner = scan("Both say it [1, 2, 9].", size=size)

    assert scanner.text == "Both say it [1][2]."
    assert scanner.removed == 1


@pytest.mark.parametrize(
    "text",
    [
        "an array `x[9]` in code",
        "```python\nx = [9]\ny = a[9]\n```\n",
        "a [link](https://example.org) and [9](https://example.org)",
        "in the year [2024]",
        "[text] and [ 9 and [a1]",
        "unfinished [1",
        "trailing space   ",
        "see step (1). Then (2) is done, (3) too",
        "(1) first\n(2) second",
        "in (9).",
        "f(1) = 2, f(2).",
        "see step (1).",
        "[Figure 1] and [source] and 【note】",
        "[1]: https://example.org",
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_other_brackets_stay_as_they_are(text: str, size: int) -> None:
    """Code, links, years and unfinished brackets are no markers."""
    scanner = scan(text, size=size)

    assert scanner.text == text
    assert scanner.markers == []
    assert scanner.removed == 0


def test_earlier_answers_lose_their_markers() -> None:
    """Their numbers belong to another search; code keeps its brackets."""
    assert without_markers("Nine months [1][2]. `a[1]` stays [3].") == "Nine months. `a[1]` stays."


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_lone_backtick_ends_with_its_paragraph(size: int) -> None:
    """What stands before the break is code still, whatever the pieces; what stands behind it is prose."""
    scanner = scan("a ` b[1]\n\nSo it is [2].", size=size)

    assert scanner.text == "a ` b[1]\n\nSo it is [1]."
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [(1, 2)]


_CODE = st.lists(
    st.sampled_from(["```", "`", "\n\n", "[1]", " a", "(2).", "<think>", "</think>", "<th"]), max_size=12
).map("".join)


@given(st.one_of(st.text(alphabet="a [1]92,`\n(:)é字 【】†-.^", max_size=60), _CODE), st.integers(1, 7))
def test_pieces_never_change_the_outcome(text: str, size: int) -> None:
    """Whole or in pieces, the delivered text, the markers and the count are the same."""
    whole, pieces = scan(text), scan(text, size=size)

    assert pieces.text == whole.text
    assert pieces.markers == whole.markers
    assert pieces.removed == whole.removed
    for marker in whole.markers:
        assert whole.text[marker.start : marker.end] == f"[{marker.n}]"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_backticks_within_a_block_of_code_are_code(size: int) -> None:
    """Only the fence that opened the block closes it."""
    scanner = scan("```\na ` b[1]\n``` So it is [2].", size=size)

    assert scanner.text == "```\na ` b[1]\n``` So it is [1]."


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_thoughts_cite_nothing(size: int) -> None:
    """What a model thinks before its answer names sources by the prompt's numbers. The answer's footnotes count from 1."""
    scanner = scan(
        "\n<think>Source [3] says `x[1]`, [9] not.</think>\n\nNine months [2], see <think> [1].", size=size
    )

    assert scanner.text == "\n<think>Source says `x[1]`, not.</think>\n\nNine months [1], see <think> [2]."
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [(1, 2), (2, 1)]
    assert scanner.removed == 0


def test_markers_of_documents_keep_the_snippets_numbers() -> None:
    """Azure's clients find a document by the number in its marker."""
    scanner = MarkerScanner((1, 3), style="documents")

    assert scanner.feed("Paid [3][1]. ") + scanner.finish() == "Paid [doc3][doc1]. "
    assert [(marker.n, marker.chunk) for marker in scanner.markers] == [(3, 3), (1, 1)]


CHUNK = "Parental leave lasts nine months. The first\nsix months are paid in full; the rest at 60 %."


def cite(statement: str, chunk: str, heading: str | None = None) -> Citation:
    text = f"{statement} [1]"
    snippet = Snippet(1, "chunk_1", "file-1", "policy.pdf", chunk, 0, len(chunk), 0.9, heading=heading)
    (citation,) = make_citations(text, [Marker(1, 1, len(text) - 3, len(text))], {1: snippet})
    return citation


def test_a_verb_with_a_capital_is_no_name() -> None:
    """A heading of the same word as the one behind it does not make it one."""
    chunk = "Tell your manager at least 8 weeks before leave begins."
    citation = cite("Give notice at least 8 weeks before leave begins.", chunk, heading="Notice")

    assert citation.verified


def test_a_quote_is_text_of_the_chunk() -> None:
    """The quote is as the chunk writes it, line breaks included, and verifies the statement."""
    citation = cite("The FIRST six months are paid in full.", CHUNK)

    assert citation.quote == "The first\nsix months are paid in full"
    assert (citation.verified, citation.reason, citation.support) == (True, "quoted", 1.0)


def test_a_quote_has_its_place_in_the_file() -> None:
    """Counted by the stretches that the snippet names, its header no part of them; one link for all of a number."""
    chunk = f"Pay\n{CHUNK}"
    snippet = Snippet(1, "c", "f", "p.pdf", chunk, 500, 600, 0.9, places=((4, 500), (38, 540)))
    text = (
        "Leave lasts nine months [1]. The first six months are paid in full [1]. Leave lasts nine months [1]."
    )
    markers = [Marker(1, 1, found.start(), found.end()) for found in re.finditer(r"\[1\]", text)]

    citations = make_citations(text, markers, {1: snippet})

    lasts, paid = (chunk.index(quote) for quote in ("leave lasts", "The first"))
    assert paid == 38
    places = ((500 + lasts - 4, 500 + lasts + 19), (540, 540 + len("The first\nsix months are paid in full")))
    assert [citation.quoted for citation in citations] == [places] * 3
    assert cite("Leave lasts nine months.", CHUNK).quoted == ()


def test_a_statement_in_other_words_is_paraphrased() -> None:
    """Its quote is the chunk's sentence, in whole words."""
    citation = cite("For six months the pay is full.", CHUNK)

    assert citation.quote in CHUNK
    assert len(citation.quote.split()) >= 4


@pytest.mark.parametrize(
    "statement", ["Pensions of managers double every leap year.", "Quite unrelated!", "So it is."]
)
def test_a_statement_of_other_words_is_not_verified(statement: str) -> None:
    """One shared word does not support a statement, and is no quote."""
    citation = cite(statement, CHUNK)

    assert not citation.verified
    assert citation.quote == "" or len(citation.quote.split()) >= 4


@pytest.mark.parametrize(
    ("statement", "chunk", "reason"),
    [
        ("The fee is 35 euros a month.", "The fee is 30 euros a month.", "number_differs"),
        ("The fee is 30 dollars a month.", "The fee is 30 euros a month.", "number_differs"),
        ("Parental leave lasts twelve months.", CHUNK, "number_differs"),
        ("Die Gebühr beträgt 35 Euro im Monat.", "Die Gebühr beträgt 30 Euro im Monat.", "number_differs"),
        ("Les frais sont de 35 euros par mois.", "Les frais sont de 30 euros par mois.", "number_differs"),
        ("Плата составляет 35 рублей в месяц.", "Плата составляет 30 рублей в месяц.", "number_differs"),
        ("费用是三十五欧元。", "费用是三十欧元。", "number_differs"),
        ("料金は35円です。", "料金は30円です。", "number_differs"),
        ("تبلغ الرسوم ٣٥ يورو في الشهر", "تبلغ الرسوم ٣٠ يورو في الشهر", "number_differs"),
        ("Staff may not carry over leave.", "Staff may carry over leave.", "negation_differs"),
        ("Staff may carry over leave.", "Staff may not carry over leave.", "negation_differs"),
        ("Der Urlaub verfällt nicht im März.", "Der Urlaub verfällt im März.", "negation_differs"),
        ("Der Urlaub verfällt im März.", "Der Urlaub verfällt nicht im März.", "negation_differs"),
        ("Les congés ne sont pas reportés.", "Les congés sont reportés.", "negation_differs"),
        ("Отпуск не переносится на следующий год.", "Отпуск переносится на следующий год.", "negation_differs"),
        ("员工不可以带宠物。", "员工可以带宠物。", "negation_differs"),
        ("社員は参加できない。", "社員は参加できる。", "negation_differs"),
        ("لا يسمح بالتدخين في المكتب", "يسمح بالتدخين في المكتب", "negation_differs"),
        ("The store holds at most ten files.", "The store holds at least ten files.", "negation_differs"),
        ("You can carry over up to ten days.", "You must carry over at least ten days.", "negation_differs"),
        ("Carry over no more than ten days.", "Carry over no fewer than ten days.", "negation_differs"),
        ("Orders above 50 euros ship free.", "Orders up to 50 euros ship free.", "negation_differs"),
        ("Submit the form within 30 days.", "Submit the form after 30 days of work.", "not_found"),
        ("Der Antrag wird spätestens am 14. März gestellt.", "Der Antrag wird frühestens am 14. März gestellt.", "negation_differs"),
        ("Les frais sont inférieurs à 30 euros.", "Les frais sont supérieurs à 30 euros.", "negation_differs"),
        ("The new engine is slower than the valve.", "The new engine is faster than the valve.", "negation_differs"),
        ("Employees pay the fee of the office.", "Employers pay the fee of the office.", "negation_differs"),
        ("The reading went up by 3 degrees.", "The reading went down by 3 degrees.", "negation_differs"),
        ("Fees rose by 5 percent.", "Fees rose to 5 percent.", "negation_differs"),
        ("The device must be switched on.", "The device must be switched off.", "negation_differs"),
        ("The deposit is refundable.", "The deposit is non-refundable.", "not_found"),
        ("Only managers may sign contracts.", "Managers may sign contracts.", "not_found"),
        ("Most staff work in Bremen, the least in Kiel.", "Most staff work in Bremen, many in Kiel.", "not_found"),
        ("Alice reports to Bob.", "Bob reports to Alice.", "not_found"),
        ("Costs are higher in Berlin than in Bonn.", "Costs are higher in Bonn than in Berlin.", "not_found"),
        ("The new engine is slower than the old one.", "The old engine is slower than the new one.", "not_found"),
        ("Version 2.1 fixes the bug.", "Version 2.10 fixes the bug.", "number_differs"),
        ("The warranty lasts two years.", "The warranty lasts 18 months.", "number_differs"),
        ("Sales decreased in spring.", "Sales increased in spring.", "negation_differs"),
        ("The budget belongs to Miller.", "The budget belongs to Schmidt.", "name_not_found"),
        ("Das Budget gehört Frau Müller.", "Das Budget gehört Frau Schmidt.", "name_not_found"),
        ("Le budget est géré par Dupont.", "Le budget est géré par Martin.", "name_not_found"),
        ("Бюджетом управляет Иванова.", "Бюджетом управляет Сидорова.", "name_not_found"),
        ("张伟负责审批差旅费用", "李娜负责审批差旅费用", "not_found"),
        ("Bremen offers its staff a bicycle.", "Hamburg offers its staff a bicycle.", "name_not_found"),
        ("Diabetes of type 3 is common.", "Diabetes of type 2 is common. It came up 3 times.", "number_differs"),
        ("Il permesso dura due mesi.", "Il permesso dura tre mesi.", "number_differs"),
        (
            "The Premium plan costs 30 euros.",
            "| plan | costs |\n| Basic plan | 30 euros |\n| Premium plan | 50 euros |",
            "number_differs",
        ),
        (
            "Soccer pays less than sports that are less popular.",
            "Soccer pays less than sports that are more popular.",
            "negation_differs",
        ),
    ],
)  # fmt: skip
def test_what_differs_is_not_verified(statement: str, chunk: str, reason: str) -> None:
    """A number, a negation or a name that is not the passage's is named as the reason; nearly the same words do not help."""
    citation = cite(statement, chunk)

    assert (citation.verified, citation.reason) == (False, reason)


@pytest.mark.parametrize(
    ("statement", "chunk"),
    [
        ("The fee is 1,500 euros.", "The fee is €1500."),
        ("The fee is 1500 euros.", "The fee is 1.5k euros."),
        ("Die Gebühr beträgt 1.500 Euro.", "Die Gebühr beträgt 1500 €."),
        ("The trial lasts 12 months.", "The trial lasts twelve months."),
        ("The rest is paid at 60 percent.", CHUNK),
        ("It starts on 5 May 2024.", "It starts on 2024-05-05."),
        ("You may carry over no more than ten days.", "You may carry over at most ten days."),
        ("At least five years of experience are required.", "Five or more years of experience are required."),
        ("The warranty of the device lasts two years.", "The warranty of the device lasts 24 months."),
        ("The trial of the tool lasts 90 minutes.", "The trial of the tool lasts 1.5 hours."),
        ("Bob and Alice lead the office.", "Alice and Bob lead the office."),
        ("The deposit is nonrefundable.", "The deposit is non-refundable."),
        ("Smoking is not allowed in the office.", "Smoking is prohibited in the office."),
        ("Release 2.10 fixes the bug.", "Version 2.10 fixes the bug, a release."),
        ("Leave of 26 weeks may be taken by parents.", "26 weeks of leave may be taken by all parents."),
        ("It starts on 5 may 2024.", "It starts on 2024-05-05."),
        ("Leave is not permitted in May.", "In May leave is forbidden."),
        ("The fee [1] is 30 euros.", "The fee is 30 euros."),
        ("育儿假为九个月", "公司规定:育儿假为九个月,全薪。"),
        ("费用是30欧元。", "费用是三十欧元。"),
        ("Руководители получают отпуск.", "Руководитель получает отпуск."),
        (
            "Germany has many names due to its long history.",
            "The long history of Germany gave it many names.",
        ),
        ("Sei freundlich zu jedem Gast im Haus.", "Man ist freundlich zu jedem Gast im Haus."),
        (
            "Offering parental leave is voluntary for small firms.",
            "For small firms parental leave is voluntary.",
        ),
        ("Stephen Curry signs the travel costs.", "Travel costs are signed by Curry."),
        ("The Web Content Guide (WCG) helps blind readers.", "The guide to web content helps blind readers."),
        ("Regulations on noise protect workers.", "The regulator protects workers from noise by regulation."),
        ("Müller führt das Lager in Köln.", "Das Lager in Koln führt Muller seit Mai."),
    ],
)
def test_the_same_in_another_form_is_verified(statement: str, chunk: str) -> None:
    """Numbers agree however they are written, words in their other forms."""
    assert cite(statement, chunk).verified


def test_a_heading_may_hold_the_name() -> None:
    """What stands above a chunk is known of it."""
    assert cite("Bremen pays a fee of 30 euros.", "The fee is 30 euros.", "Offices › Bremen").verified


def test_what_is_verified_once_stays_so() -> None:
    """Short statements are judged, too: two words of two."""
    citation = cite("Nine months", CHUNK)

    assert (citation.quote, citation.verified) == ("nine months", True)
    assert (citation.n, citation.start, citation.end, citation.chunk_id, citation.file_id) == (
        1,
        12,
        15,
        "chunk_1",
        "file-1",
    )


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("It is cold. Leave lasts nine months [1][2].", "Leave lasts nine months ."),
        ("It is cold. Leave lasts nine months. [1] It is paid.", "Leave lasts nine months."),
        ("It is cold. The fee [1] is 30 euros. Pay.", "The fee is 30 euros."),
        ("Am 5. Mai beginnt die Reise [1]. Sie endet.", "Am 5. Mai beginnt die Reise ."),
        ("费用是三十欧元[1]。五月到期。", "费用是三十欧元 。"),
        ("Two:\n- The fee is 30 euros [1]\n- It is paid in May", "The fee is 30 euros"),
        ("| fee | 30 euros [1] |\n| term | May |", "| fee | 30 euros |"),
        ("The fee is 30 euros [1] and it is due in May [2].", "The fee is 30 euros"),
        ("<think>It is cold</think>The fee is 30 euros [1].", "The fee is 30 euros ."),
    ],
)
def test_the_statement_is_the_sentence_of_the_marker(text: str, statement: str) -> None:
    """Text on both sides of a marker counts, and ends where the sentence, item or row does."""
    assert statement_at(text, text.index("[1]")) == statement


STAFF = "employee_id,name,site,remaining_leave_days,sick_days\nE4184,Iris Rossi,Porto,25,28\nE4185,Iris Sato,Porto,13,13\nE4186,Iris Tamm,Malmo,20,28"


@pytest.mark.parametrize("chunk", [STAFF, STAFF.replace(",", ";")])
@pytest.mark.parametrize(
    ("statement", "verified", "reason"),
    [
        ("name: Iris Sato · remaining_leave_days: 13 · sick_days: 13", True, "paraphrased"),
        ("Iris Sato has 13 remaining_leave_days.", True, "paraphrased"),
        ("name: Iris Sato · remaining_leave_days: 25 · sick_days: 28", False, "number_differs"),
    ],
)
def test_rows_of_a_csv_file_are_rows(chunk: str, statement: str, verified: bool, reason: str) -> None:
    """A value counts in its own row, and two numbers side by side are not one."""
    citation = cite(statement, chunk)

    assert (citation.verified, citation.reason) == (verified, reason)
    assert not verified or "Rossi" not in citation.quote


EXPENSES = """Receipts are handed in within 30 days; later ones are not paid back.

| Expense | Most per day | Receipt needed |
|---|---|---|
| Breakfast | 12 euros | no |
| Lunch | 18 euros | no |
| Dinner | 40 euros | yes |
| Own car | 0.38 euros per kilometre | no |
"""
LEAVE = """The number of days depends on the years of service:

| Years of service | Days of annual leave | Notice needed |
|---|---|---|
| less than 2 | 25 | 2 weeks |
| 6 to 10 | 30 | 4 weeks |
| more than 10 | 33 | 4 weeks |
"""
STAFF = "name,city,salary,remote\nAnna,Bremen,4200,yes\nBen,Kiel,3900,no\n"
PARTS = """
| Artikel | Preis | Lieferbar |
|---|---|---|
| Schraube | 3 Euro | ja |
| Mutter | 2 Euro | nein |
"""


@pytest.mark.parametrize(
    ("table", "statement", "quote"),
    [
        (EXPENSES, "Expense: Breakfast · Most per day: 12 euros · Receipt needed: no.", "Breakfast | 12 euros | no"),
        (EXPENSES, "Expense: Dinner · Most per day: 40 euros · Receipt needed: yes.", "Dinner | 40 euros | yes"),
        (EXPENSES, "No receipt is needed for breakfast.", "Breakfast | 12 euros | no"),
        (EXPENSES, "A receipt is needed for dinner.", "Dinner | 40 euros | yes"),
        (EXPENSES, "Own car: 0.38 euros per kilometre.", "Own car | 0.38 euros per kilometre"),
        (LEAVE, "Years of service: less than 2 · Days of annual leave: 25 · Notice needed: 2 weeks.", "less than 2 | 25 | 2 weeks"),
        (LEAVE, "Years of service: 6 to 10 · Days of annual leave: 30 · Notice needed: 4 weeks.", "6 to 10 | 30 | 4 weeks"),
        (STAFF, "name: Anna · city: Bremen · salary: 4200 · remote: yes.", "Anna,Bremen,4200,yes"),
        (PARTS, "Artikel: Mutter · Preis: 2 Euro · Lieferbar: nein.", "Mutter | 2 Euro | nein"),
    ],
)  # fmt: skip
def test_a_row_says_what_the_header_says_of_it(table: str, statement: str, quote: str) -> None:
    """A right answer from a table is verified, and its row is the quote, not the header."""
    citation = cite(statement, table)

    assert (citation.verified, citation.quote) == (True, quote)


@pytest.mark.parametrize(
    ("table", "statement", "reason"),
    [
        (EXPENSES, "Expense: Breakfast · Most per day: 18 euros.", "number_differs"),
        (EXPENSES, "Expense: Breakfast · Most per day: 12 euros · Receipt needed: yes.", "negation_differs"),
        (EXPENSES, "Expense: Dinner · Most per day: 40 euros · Receipt needed: no.", "negation_differs"),
        (EXPENSES, "No receipt is needed for dinner.", "negation_differs"),
        (EXPENSES, "A receipt is needed for breakfast.", "negation_differs"),
        (LEAVE, "Years of service: less than 2 · Days of annual leave: 30.", "number_differs"),
        (LEAVE, "Years of service: 6 to 10 · Days of annual leave: 33.", "number_differs"),
        (STAFF, "name: Ben · salary: 4200.", "not_found"),
        (STAFF, "name: Ben · remote: yes.", "not_found"),
        (STAFF, "Anna · city: Kiel.", "not_found"),
        (PARTS, "Die Mutter ist lieferbar.", "negation_differs"),
    ],
)
def test_what_two_rows_say_is_not_taken_together(table: str, statement: str, reason: str) -> None:
    """Numbers, names, and yes or no belong to the row that they stand in."""
    assert cite(statement, table).reason == reason


def test_a_bar_within_a_line_is_no_table() -> None:
    """A title with the site's name behind a bar, as web pages have it."""
    chunk = (
        "Title: Names of lands? | The Atlas (atlas.example)\nText: Tyskland is Danish. Duitsland is Dutch."
    )

    assert cite("Tyskland is Danish, and Duitsland is Dutch.", chunk).verified


def test_the_sign_of_a_number_denies_nothing() -> None:
    """A column called "Order no." makes no row a denial."""
    table = "| Order no. | Customer | Amount |\n| --- | --- | --- |\n| SO-7322 | Holm Glass | 3066.50 |"

    assert cite("Order no.: SO-7322 · Customer: Holm Glass · Amount: 3066.50", table).verified
    assert not cite("There is no boiler in the house.", "There is a boiler in the house.").verified
