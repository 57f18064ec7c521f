"""Which sentences of snippets answer a question."""

import pytest

from app.core.types import Snippet
from app.providers.fallback.quotes import best_quotes
from app.providers.fallback.sentences import sentences_of


def make_snippet(n: int, text: str, *, score: float = 0.5) -> Snippet:
    return Snippet(
        n=n,
        chunk_id=f"chunk_{n}",
        file_id="file-1",
        filename="a.md",
        text=text,
        char_start=0,
        char_end=len(text),
        score=score,
    )


def test_the_sentence_that_shares_the_rare_words_is_quoted() -> None:
    """The quote is verbatim, and names its snippet."""
    snippets = [
        make_snippet(1, "Trains are booked in second class. Dinner costs up to 40 euros."),
        make_snippet(2, "Overtime is paid. Parental leave lasts nine months."),
    ]

    (quote,) = best_quotes("How long does parental leave last?", snippets)

    assert (quote.n, quote.text) == (2, "Parental leave lasts nine months.")


@pytest.mark.parametrize(
    ("question", "text", "closest", "declines"),
    [
        (
            "How do I bake a crusty loaf of good bread?",
            "Print how much of the bread structure is there.",
            0.2,
            True,
        ),
        (
            "How do I bake a crusty loaf of good bread?",
            "Print how much of the bread structure is there.",
            0.3,
            False,
        ),
        ("How do I bake bread?", "Bread is to bake for an hour.", 0.2, False),
        (
            "What does bread with a crust of olives cost?",
            "| item | cost |\n|---|---|\n| bread | 3 |",
            0.2,
            False,
        ),
        ("育儿假需要提前多少天申请", "公司的年会在十月举行,请提前报名。", 0.1, True),
        ("育儿假需要提前多少天申请", "育儿假需要提前三十天申请。", 0.1, False),
    ],
)
def test_where_nothing_is_close_a_sentence_must_hold_more(
    question: str, text: str, closest: float, declines: bool
) -> None:
    """One word in common is not enough then, but for the row of a table."""
    assert (best_quotes(question, [make_snippet(1, text, score=closest)]) == []) == declines


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        (
            "How much may dinner cost?",
            "Dinner is paid up to 40 euros.",
            "What dinner may cost is settled in ASN1.",
        ),
        (
            "How long is the ferry?",
            "The ferry is eighty metres from bow to stern.",
            "The ferry is long and wide.",
        ),
        ("When does the gate close?", "The gate is locked at noon.", "The gate does not close well."),
        ("Wie hoch ist die Mauer?", "Die Mauer misst drei Meter.", "Die Mauer ist hoch."),
        (
            "Who wrote the manual?",
            "Ada Berg (manual@example.org)",
            "He is whoever wrote the other manual there.",
        ),
        # A question word in the middle asks for nothing.
        ("What does the gate do when it rains?", "The gate closes in the rain.", "It rains at noon."),
        (
            "Which licence holds for the ferry?",
            "The ferry's license is the red one.",
            "A ferry holds the cars.",
        ),
        (
            "Which license is the ferry under?",
            "Anybody may copy the ferry under the terms of the red license.",
            "The license of a ferry is a kind of ferry license that holds for each ferry.",
        ),
        # Irregular verbs, and words that are cut short.
        ("Who steals the bike?", "The bicycle was stolen by Ada Berg.", "Whoever sees Ada Berg waves."),
        # "DER" is no German article here.
        ("What is DER?", "Distinguished Encoding Rules (DER) are a format.", "What is known is written."),
    ],
)
def test_the_first_quote_answers_what_was_asked(question: str, answer: str, other: str) -> None:
    """A number, a time or a person; the same word in its other spelling; an abbreviation that is like a common word."""
    quotes = best_quotes(question, [make_snippet(1, f"{other}\n\n{answer}")])

    assert quotes[0].text == answer


_REFERENCE = """asn1 delete structure

int asn1_delete_structure (asn1 node * structure) [Function]
structure: pointer to the structure that you want to delete.

Deletes the structure * structure . At the end, * structure is set to NULL.

void asn1_perror (int error) [Function]
error: is an error returned by a libtasn1 function.

Prints a string to stderr with a description of an error.
"""


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        (
            "Which function deletes a structure?",
            [
                "int asn1_delete_structure (asn1 node * structure) [Function]",
                "Deletes the structure * structure .",
            ],
        ),
        (
            "What function prints an error?",
            [
                "void asn1_perror (int error) [Function]",
                "Prints a string to stderr with a description of an error.",
            ],
        ),
        # A pointer to memory is no freeing of it.
        ("Which function sends a letter to the printer?", []),
    ],
)
def test_a_function_is_named_with_its_description(question: str, quoted: list[str]) -> None:
    """Its arguments describe nothing, and what is said of something else is no answer."""
    quotes = best_quotes(question, [make_snippet(1, _REFERENCE)])

    assert [quote.text for quote in quotes] == quoted


def test_what_defines_is_quoted_alone() -> None:
    """Other sentences with the word say nothing of its meaning."""
    text = (
        "The function returns DER. DER is a format of the union. Read DER from the file.\n\nDER means little."
    )

    quotes = best_quotes("What is DER?", [make_snippet(1, text)])

    assert {quote.text for quote in quotes} <= {"DER is a format of the union.", "DER means little."}
    assert quotes


def test_near_duplicates_are_quoted_once() -> None:
    """Overlapping chunks hold the same sentence: the better snippet's is enough."""
    snippets = [
        make_snippet(1, "Parental leave lasts nine months.", score=0.9),
        make_snippet(2, "Parental leave lasts nine months!", score=0.4),
        make_snippet(3, "Parental leave is granted to both parents of a child.", score=0.3),
    ]

    quotes = best_quotes("How long is parental leave?", snippets)

    first, *others = [quote.n for quote in quotes]
    assert first == 1
    assert 2 not in others


def test_a_heading_counts_for_the_sentence_below() -> None:
    """What follows on a heading need not repeat its words."""
    snippets = [
        make_snippet(1, "# Parental leave\n\nThe leave lasts nine months."),
        make_snippet(2, "# Sick leave\n\nThe leave lasts six weeks."),
    ]

    quotes = best_quotes("How many months does parental leave last?", snippets)

    assert "The leave lasts nine months." in [quote.text for quote in quotes]
    assert "The leave lasts six weeks." not in [quote.text for quote in quotes]


MANUAL = """\
Chapter 4: Function reference 22
4.4 Error handling functions
lib perror
void lib_perror (int error) [Function]
error: is an error returned by a function. Prints a string to stderr with a description of an error. Since: 1.6
lib strerror
const char * lib_strerror (int error) [Function] error: is an error returned by a function.
Returns a string with a description of an error. It never fails. lib version
const char * lib_version (const char * [Function] wanted) wanted: the version that is needed at least.
Returns the version of the library that is running, or NULL if it is older than what is wanted."""
CONTENTS = """\
Contents
4 Function reference
4.4 Error handling functions . . . . . . 22
lib_perror … 22
lib_strerror … 22
lib_version ........ 23"""


def test_a_manuals_lines_are_distinguished() -> None:
    """Headings, signatures and page numbers name what follows, contents where it is; the rest are sentences."""
    manual, contents = sentences_of(MANUAL), sentences_of(CONTENTS)

    assert [sentence.text for sentence in manual if sentence.is_title] == [
        "Chapter 4: Function reference 22",
        "4.4 Error handling functions",
        "lib perror",
        "void lib_perror (int error) [Function]",
        "lib strerror",
        "const char * lib_strerror (int error) [Function]",
        "lib version",
        "const char * lib_version (const char * [Function] wanted)",
    ]
    assert "It never fails." in [sentence.text for sentence in manual if sentence.tells]
    assert not any(sentence.tells for sentence in contents)
    assert sum(sentence.is_contents for sentence in contents) == 4


@pytest.mark.parametrize(
    "text",
    [
        "The leave of the European\nUnion lasts nine months.",
        "Paris 180 euros\nLisbon 140 euros\nHotels are booked by the travel desk, which knows the limits of each city.",
        "Contact: help@example.org\nThe help desk answers on weekdays, from eight to six, and in English only.",
        "It applies (see below)\nto all staff of the company, wherever they work.",
        "She asked for 2 to 3\nDays of leave.",
        "- Nine months of leave\n- Six weeks of pay",
    ],
)
def test_what_says_something_is_no_title(text: str) -> None:
    """Broken lines, rows, facts and items may be quoted like sentences."""
    assert all(sentence.tells for sentence in sentences_of(text))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does lib_perror do?", "Prints a string to stderr with a description of an error."),
        ("What does lib_strerror do?", "Returns a string with a description of an error."),
        (
            "Which version of the library is running?",
            "Returns the version of the library that is running, or NULL",
        ),
    ],
)
def test_a_manuals_sentences_are_quoted_before_its_headings(question: str, answer: str) -> None:
    """However well headings, signatures and contents match: what stands below them says it."""
    quotes = [
        quote.text for quote in best_quotes(question, [make_snippet(1, CONTENTS), make_snippet(2, MANUAL)])
    ]

    assert any(quote.startswith(answer) for quote in quotes)
    titles = {
        sentence.text for text in (CONTENTS, MANUAL) for sentence in sentences_of(text) if not sentence.tells
    }
    assert not titles & set(quotes)


def test_a_heading_is_quoted_when_nothing_else_answers() -> None:
    """It is better than nothing, and than a sentence about something else."""
    snippets = [
        make_snippet(1, CONTENTS),
        make_snippet(2, "Dinner is at eight. The library of the house is closed."),
    ]

    quotes = best_quotes("Where is lib_strerror?", snippets)

    assert quotes[0].text == "lib_strerror … 22"
    assert all("lib_" in quote.text for quote in quotes)


@pytest.mark.parametrize("question", ["Who won the football cup?", "", "?!", "the of and"])
def test_nothing_is_quoted_where_nothing_is_shared(question: str) -> None:
    """Words that every text holds answer nothing."""
    snippets = [make_snippet(1, "The leave of the staff and the parents is nine months.")]

    assert best_quotes(question, snippets) == []


@pytest.mark.parametrize(
    "text",
    [
        " " * 200_000,
        "\n " * 100_000,
        "." * 200_000,
        '."' * 100_000,
        "[1" * 50_000 + "]" * 50_000,
        "a. " * 60_000,
        "_" * 200_000 + "(",
        ". " * 100_000,
        "(" + "[A" * 100_000,
        f"f() {' ' * 280}x\n" * 700,
        "foo_bar(x) Yes\n" * 14_000,
    ],
)
@pytest.mark.timeout(60)
def test_odd_snippets_make_nothing_look_back_and_forth(text: str) -> None:
    """What would take an expression of ours for ever answers no question, and comes to an end."""
    assert best_quotes("How long is leave?", [make_snippet(1, text)]) == []


TABLE = "| Order no. | Customer | Amount |\n| --- | --- | --- |\n| SO-7285 | Tarn Optics | 2755.50 |\n| SO-7322 | Holm Glass |  |"
CSV = "id,name,leave_days\nE4107,Ada Ueda,5\nE4131,Iris Sato,21"


@pytest.mark.parametrize(
    ("text", "question", "row"),
    [
        (TABLE, "Which order did Holm Glass place?", "Order no.: SO-7322 · Customer: Holm Glass"),
        (CSV, "How many leave days does Iris Sato have?", "id: E4131 · name: Iris Sato · leave_days: 21"),
        (
            CSV.replace(",", ";"),
            "How many leave days has Iris Sato?",
            "id: E4131 · name: Iris Sato · leave_days: 21",
        ),
    ],
)
def test_one_row_answers_with_its_headers(text: str, question: str, row: str) -> None:
    """Neither the header alone nor the rows around it."""
    assert [quote.text for quote in best_quotes(question, [make_snippet(1, text)])] == [row]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("Bicycles stand in the shed. Dogs stay outside.", "bicycle", "Bicycles stand in the shed."),
        ("Invoices go to room nine. Letters wait.", "invoice", "Invoices go to room nine."),
        (
            "Об отпуске решает руководитель отдела. Склад закрыт.",
            "руководители",
            "Об отпуске решает руководитель отдела.",
        ),
        ("Die Verträge liegen im Archiv. Das Büro ist zu.", "Vertrag", "Die Verträge liegen im Archiv."),
        (
            "the lathe arrives on 19 March at gate 3.\n\nOffice wrote:\n> When does the lathe arrive?\n> We thought the lathe arrives on 12 March.",
            "When does the lathe arrive?",
            "the lathe arrives on 19 March at gate 3.",
        ),
        ("вопрос: Где столовая?\nответ: На втором этаже.", "Где столовая?", "ответ: На втором этаже."),
        (
            "Q: Where is the canteen?\nA: On the second floor of house B.",
            "Where is the canteen?",
            "A: On the second floor of house B.",
        ),
    ],
)
def test_word_forms_replies_and_questions(text: str, question: str, answer: str) -> None:
    """Plurals and cases are the same word; what a reply quotes, and a question, are no answers."""
    assert [quote.text for quote in best_quotes(question, [make_snippet(1, text)])] == [answer]


LEAVE = """Leave depends on the years of service:

| Years of service | Days of annual leave |
|---|---|
| less than 2 | 25 |
| 2 to 5 | 27 |
| 6 to 10 | 30 |
| more than 10 | 33 |

Illness during annual leave gives the days back."""


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("How many days of annual leave do I get after 7 years?", "30"),
        ("How much leave after twelve years of service?", "33"),
        ("How many days of annual leave after 1 year?", "25"),
    ],
)
def test_the_row_for_the_number_that_was_given_is_quoted(question: str, days: str) -> None:
    """And nothing else: rows for other numbers are alike, and wrong."""
    (quote,) = best_quotes(question, [make_snippet(1, LEAVE)])

    assert quote.text.endswith(f"Days of annual leave: {days}")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Can I use the company helicopter?", "Private storage is not used for the company's documents."),
        (
            "May I use the company helicopter to get to work?",
            "Office staff of the company may work from home.",
        ),
        ("Can I bring my dog on board?", "## Safety on board\n\nEach boat leaves with its full crew."),
        ("Which license is nano under?", "Then nano uses a spell corrector of its own, as nano does."),
    ],
)
def test_what_is_said_of_something_else_is_no_answer(question: str, text: str) -> None:
    """The word that tells what is asked for is nowhere, and only common ones agree; or only a heading does."""
    assert best_quotes(question, [make_snippet(1, text)]) == []


def test_another_word_for_the_same_still_finds_its_answer() -> None:
    """One telling word is missing, another one is there."""
    (quote,) = best_quotes("Is alcohol reimbursed?", [make_snippet(1, "Alcohol is never paid back.")])

    assert quote.text == "Alcohol is never paid back."


def test_the_telling_word_may_be_part_of_a_compound() -> None:
    """German writes as one word what is asked for by its end."""
    text = "Das Hochspannungsnetzgerät darf nur von Fachleuten geöffnet werden. Der Gerätewart prüft die Leitern."

    [quote] = best_quotes("Wer darf das Netzgerät öffnen?", [make_snippet(1, text)])

    assert "Fachleuten" in quote.text


def test_what_stands_elsewhere_must_answer_nearly_as_well() -> None:
    """A sentence beside the best one may say less; one of another passage would be about something else."""
    best = "Receipts for travel are handed in within 30 days."
    less = "Travel by train needs receipts."
    question = "Are receipts for travel handed in?"

    beside = best_quotes(question, [make_snippet(1, f"{best} {less}")])
    elsewhere = best_quotes(question, [make_snippet(1, best), make_snippet(2, less)])

    assert [quote.text for quote in beside] == [best, less]
    assert [quote.text for quote in elsewhere] == [best]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("get user name", "The method getUserName() returns a string."),
        ("rfc2119", "See RFC 2119."),
        ("win 32", "Win32 API."),
        ("database", "Clerks use the data-base tool."),
        ("001A2B3C4D5E", "MAC 00:1A:2B:3C:4D:5E."),
        ("5550104477", "Call (555) 010-4477."),
        ("Who came on 5 March 2026?", "05.03.2026: Ada came."),
        ("section 12", "§ 12 is about dogs."),
    ],
)
def test_words_are_known_however_they_are_written(question: str, answer: str) -> None:
    """As the search knows them: in parts or as one, as a date, a number or a section."""
    lines = (
        "The method getUserName() returns a string.",
        "See RFC 2119.",
        "Win32 API.",
        "Clerks use the data-base tool.",
        "MAC 00:1A:2B:3C:4D:5E.",
        "Call (555) 010-4477.",
        "05.03.2026: Ada came.",
        "§ 12 is about dogs.",
    )

    assert [quote.text for quote in best_quotes(question, [make_snippet(1, " ".join(lines))])] == [answer]


CREATION = """\
lib create

int lib_create (node definitions, const [Function]
char * source_name, node * element)
definitions: pointer to what the parser returned.
source name: the name of the type of the new structure.
element: pointer to the structure created.
Creates a structure of the type that is named.

lib decode

int lib_decode (node * element) [Function]
Fill the structure with values. It must have been created with lib_create() before."""


def test_what_something_does_stands_below_its_name() -> None:
    """Not among its parameters, and not where it is only mentioned."""
    (first, *_) = best_quotes("What does lib_create do?", [make_snippet(1, CREATION)])

    assert first.text == "Creates a structure of the type that is named."


EXPENSES = """\
| Expense | Most per day | Receipt needed |
|---|---|---|
| Lunch | 18 euros | no |
| Dinner | 40 euros | yes |"""


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Is a receipt needed?", EXPENSES, ["Lunch", "Dinner"]),
        ("Which expenses need a receipt?", EXPENSES, ["Dinner"]),
        ("Which expenses do not need a receipt?", EXPENSES, ["Lunch"]),
        ("Who signs for expenses?", EXPENSES, []),
        (
            "Who works in sales?",
            "| Name | Team |\n|---|---|\n| Ada | sales |\n| Bob | sales |\n| Cy | post |",
            ["Ada", "Bob"],
        ),
    ],
)
def test_rows_that_answer_equally_are_quoted_together(question: str, text: str, quoted: list[str]) -> None:
    """The answer depends on which is meant, unless a column says yes or no to what is asked. What only a table's columns name says
    nothing of who.
    """
    rows = [quote.text for quote in best_quotes(question, [make_snippet(1, text)])]

    assert len(rows) == len(quoted)
    assert all(name in row for name, row in zip(quoted, rows, strict=True))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I back up my data?", "The backup holds all of the data."),
        ("What is a chunk?", "A chunk is a stored part of a file."),
    ],
)
def test_joined_words_and_definitions(question: str, answer: str) -> None:
    """What is asked in two words may be written in one; what something is stands after its name."""
    text = (
        "Leave takes up to 26 weeks, by the data of the office. Each file has a chunk for each page, a chunk at least. "
        "A chunk is a stored part of a file. The backup holds all of the data."
    )

    assert best_quotes(question, [make_snippet(1, text)])[0].text == answer


_HANDBOOK = (
    "Every employee is entitled to 28 days of paid leave. Each employee receives a laptop. Parents get paid leave of 16 weeks. "
    "The company pays up to 1,500 euros for training. The trial shift is paid as well."
)


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Who is the CEO of the company?", _HANDBOOK, None),
        ("When is salary paid?", _HANDBOOK, None),
        ("How many employees are there?", _HANDBOOK, None),
        ("How many employees are there?", f"{_HANDBOOK} The firm has 40 employees.", "The firm has 40 employees."),
        ("How much does the kettle cost?", "The kettle holds 2 litres.", None),
        ("How much does the kettle cost?", "The kettle is 40 euros.", "The kettle is 40 euros."),
        ("How heavy is the kettle?", "The kettle boils in 3 minutes.", None),
        ("How heavy is the kettle?", "The kettle is 2 kg.", "The kettle is 2 kg."),
        ("Wie viele Urlaubstage habe ich?", "Alle haben 28 Tage Urlaub. Die Pause dauert 30 Minuten.", "Alle haben 28 Tage Urlaub."),
    ],
)  # fmt: skip
def test_what_else_is_said_of_the_same_is_no_answer(question: str, text: str, answer: str | None) -> None:
    """A price, a weight, a count or a person is not told by whatever shares the question's other word."""
    quotes = best_quotes(question, [make_snippet(1, text)])

    assert next((quote.text for quote in quotes), None) == answer
