"""What questions are about: lists of files, whole files, or what documents say; in four languages, and follow-ups."""

import datetime as dt

import pytest

from app.core.listing import LAST_PAGE, ListingQuery
from app.retrieval.subject import find_since, find_subject

_TODAY = dt.date(2026, 11, 28)
_MARCH = dt.date(2026, 3, 1)
_LISTINGS: list[tuple[str, ListingQuery]] = [
    ("Which files do you have?", ListingQuery()),
    ("What have I uploaded?", ListingQuery()),
    ("Which files do you know about?", ListingQuery()),
    ("Which document was added most recently?", ListingQuery(order="newest")),
    ("What are the three largest files?", ListingQuery(order="largest")),
    ("What information do you have access to?", ListingQuery()),
    ("Which e-mails do you have?", ListingQuery(kinds=("eml", "msg", "mbox"))),
    ("Which pictures are there?", ListingQuery(kinds=("png", "jpg", "jpeg", "tif", "tiff"))),
    ("Files since 2026-03-01", ListingQuery(since=_MARCH)),
    ("Which files were added in the last 7 days?", ListingQuery(since=dt.date(2026, 11, 21))),
    ("Was für Dateien hast du?", ListingQuery()),
    ("Welche Dateitypen gibt es?", ListingQuery()),
    ("Wieviele Dokumente sind gespeichert?", ListingQuery(is_count=True)),
    ("Gibt es neue Dateien?", ListingQuery(order="newest")),
    (
        "Welche Dateien wurden in den letzten zwei Wochen hinzugefügt?",
        ListingQuery(since=dt.date(2026, 11, 14)),
    ),
    ("Wie groß sind die Dateien?", ListingQuery(order="largest")),
    ("Worauf hast du Zugriff?", ListingQuery()),
    ("Was habe ich hochgeladen?", ListingQuery()),
    ("Wie heißen die Dateien?", ListingQuery()),
    ("List all documents in the knowledge base.", ListingQuery()),
    ("What documents can you search?", ListingQuery()),
    ("Can you list your sources?", ListingQuery()),
    ("what is in the knowledge base?", ListingQuery()),
    ("Tell me which documents you know.", ListingQuery()),
    ("Give me a list of the files, please", ListingQuery()),
    ("What do you have?", ListingQuery()),
    ("Name all files", ListingQuery()),
    ("Which files contain the word walrus?", ListingQuery(topic=("walrus",))),
    ("When was the last file added?", ListingQuery(order="newest")),
    ("What changed since March?", ListingQuery(since=_MARCH, order="newest")),
    ("Sag mir, welche Dateien du hast", ListingQuery()),
    ("Hast du Dokumente zum Thema Urlaub?", ListingQuery(topic=("urlaub",))),
    ("Dis-moi quels fichiers tu as", ListingQuery()),
    ("Dime qué documentos tienes", ListingQuery()),
    ("Which documents are available to search?", ListingQuery()),
    ("What sources are you using?", ListingQuery()),
    ("What's in here?", ListingQuery()),
    ("documents?", ListingQuery()),
    ("How large are the files?", ListingQuery(order="largest")),
    ("What was added last?", ListingQuery(order="newest")),
    ("Which spreadsheets do you have?", ListingQuery(kinds=("xlsx", "xls", "ods", "csv"))),
    ("How many documents are there?", ListingQuery(is_count=True)),
    ("Which PDFs do you have?", ListingQuery(kinds=("pdf",))),
    ("How many PDFs were uploaded since March?", ListingQuery(kinds=("pdf",), since=_MARCH, is_count=True)),
    ("List the files about travel", ListingQuery(topic=("travel",))),
    ("¿Qué archivos tratan de viajes?", ListingQuery(topic=("viajes",))),
    ("Which documents mention parental leave?", ListingQuery(topic=("parental", "leave"))),
    ("Do you have any documents about visas?", ListingQuery(topic=("visas",))),
    (
        "Is there a document called minutes.txt?",
        ListingQuery(topic=("minutes", "txt"), called="minutes.txt"),
    ),
    ("In which file are hotels mentioned?", ListingQuery(topic=("hotels",))),
    ("In welchem Dokument wird der Urlaub beschrieben?", ListingQuery(topic=("urlaub",))),
    ("Which document talks about badges?", ListingQuery(topic=("badges",))),
    ("Gibt es eine Datei namens Protokoll?", ListingQuery(topic=("protokoll",))),
    ("What is the newest file?", ListingQuery(order="newest")),
    ("Which is the largest document?", ListingQuery(order="largest")),
    ("What is new since March?", ListingQuery(since=_MARCH, order="newest")),
    ("What's new this week?", ListingQuery(since=dt.date(2026, 11, 21), order="newest")),
    ("Which files were added since 2026-03-01?", ListingQuery(since=_MARCH)),
    ("Welche Dateien hast du?", ListingQuery()),
    ("Liste alle Dokumente auf", ListingQuery()),
    ("Welche Dokumente kannst du durchsuchen?", ListingQuery()),
    ("Wie viele Dokumente gibt es?", ListingQuery(is_count=True)),
    ("Zeig mir alle PDFs", ListingQuery(kinds=("pdf",))),
    ("Welche Dateien gibt es über Reisen?", ListingQuery(topic=("reisen",))),
    ("Was ist die neueste Datei?", ListingQuery(order="newest")),
    ("Was ist neu seit März?", ListingQuery(since=_MARCH, order="newest")),
    ("Quels fichiers as-tu ?", ListingQuery()),
    ("Quels sont les documents disponibles ?", ListingQuery()),
    ("Combien de documents y a-t-il ?", ListingQuery(is_count=True)),
    ("Liste les fichiers sur les voyages", ListingQuery(topic=("voyages",))),
    ("Quoi de neuf depuis mars ?", ListingQuery(since=_MARCH, order="newest")),
    ("Quel est le fichier le plus récent ?", ListingQuery(order="newest")),
    ("¿Qué archivos tienes?", ListingQuery()),
    ("Lista todos los documentos", ListingQuery()),
    ("¿Cuántos documentos hay?", ListingQuery(is_count=True)),
    ("Y a-t-il un document sur la machine ?", ListingQuery(topic=("machine",))),
    ("¿Hay algún documento sobre permisos?", ListingQuery(topic=("permisos",))),
    ("¿Qué documentos hay sobre viajes?", ListingQuery(topic=("viajes",))),
    ("¿Cuál es el archivo más reciente?", ListingQuery(order="newest")),
    ("Welche Datei erwähnt den Vertrag?", ListingQuery(topic=("vertrag",))),
    ("Quels fichiers parlent du budget ?", ListingQuery(topic=("budget",))),
    ("Quali documenti hai?", ListingQuery()),
    ("Quais arquivos você tem?", ListingQuery()),
    ("Hoeveel bestanden zijn er?", ListingQuery(is_count=True)),
    ("Jakie masz pliki?", ListingQuery()),
    ("Vilka filer finns det?", ListingQuery()),
    ("Какие файлы у тебя есть?", ListingQuery()),
    ("Сколько документов загружено?", ListingQuery(is_count=True)),
    ("有哪些文件？", ListingQuery()),
    ("どんなファイルがありますか", ListingQuery()),
]
_SUMMARIES = [
    ("Summarise travel-policy.txt", ("travel", "policy", "txt")),
    ("Summarize the documents", ()),
    ("Give me an overview", ()),
    ("Summarise everything", ()),
    ("Summarise the newest file", ()),
    ("Give me the key takeaways", ()),
    ("Summarize all files in one sentence", ()),
    ("Summarise the handbook", ("handbook",)),
    ("Please give me a short summary of the travel policy", ("travel", "policy")),
    ("Could you summarise the handbook in three sentences?", ("handbook",)),
    ("tl;dr of the handbook", ("handbook",)),
    ("What are the main points of the handbook?", ("handbook",)),
    ("Fasse das Handbuch zusammen", ("handbuch",)),
    ("Kannst du mir das Handbuch zusammenfassen?", ("handbuch",)),
    ("Gib mir einen Überblick über die Dokumente", ()),
    ("Résume le manuel", ("manuel",)),
    ("Donne-moi un résumé du manuel", ("manuel",)),
    ("Resume el manual", ("manual",)),
    ("Dame un resumen de los documentos", ()),
]
_PERHAPS = [
    ("What is travel-policy.txt about?", ("travel", "policy", "txt")),
    ("What does travel-policy.txt say?", ("travel", "policy", "txt")),
    ("What are these documents about?", ()),
    ("What topics do the documents cover?", ()),
    ("Welche Themen decken die Dokumente ab?", ()),
    ("¿Qué temas tratan los documentos?", ()),
    ("Tell me about the files you have", ()),
    ("What is in the vault?", ("vault",)),
    ("Worum geht es in handbuch.pdf?", ("handbuch", "pdf")),
    ("De quoi parle manuel.pdf ?", ("manuel", "pdf")),
    ("¿De qué trata manual.pdf?", ("manual", "pdf")),
]
_BY_ORDER = [
    ("What is in the latest file?", "newest", 0),
    ("What is the first document about?", "oldest", 0),
    ("What is the second document about?", "oldest", 1),
    ("Summarise the third file", "oldest", 2),
    ("Worum geht es im zweiten Dokument?", "oldest", 1),
]
_PAGES = [
    ("What is on page 7 of manual.pdf?", 7, ("manual", "pdf")),
    ("What does slide 4 say?", 4, ()),
    ("Summarise the last page of the handbook", LAST_PAGE, ("handbook",)),
    ("What price stands on the 3rd page?", 3, ("price",)),
    ("Was steht auf Seite 12 im Handbuch?", 12, ("handbuch",)),
    ("¿Qué dice la página 2 de manual.pdf?", 2, ("manual", "pdf")),
]
_FACTS = [
    ("When was travel-policy.txt uploaded?", ("travel", "policy", "txt"), True),
    ("When did I upload the travel policy?", ("travel", "policy"), True),
    ("Wann wurde handbuch.pdf hochgeladen?", ("handbuch", "pdf"), True),
    ("How large is manual.pdf?", ("large", "manual", "pdf"), False),
    ("How many pages does the manual have?", ("manual",), True),
    ("Wie viele Seiten hat handbuch.pdf?", ("handbuch", "pdf"), True),
    ("How long is manual.pdf?", ("manual", "pdf"), True),
]
_COMPARISONS = [
    ("Compare parking.txt and canteen.txt", ("parking", "txt", "canteen")),
    ("What is the difference between the travel policy and the parking rules?", ("travel", "policy", "parking", "rules")),
    ("Vergleiche das Handbuch mit der Richtlinie", ("handbuch", "richtlinie")),
    ("Compare le manuel et la charte", ("manuel", "charte")),
    ("Compara el manual y el reglamento", ("manual", "reglamento")),
]  # fmt: skip
_OTHERS = [
    "What file types can be uploaded?",
    "How long is parental leave?",
    "How long is the leave according to leave.txt?",
    "How long is the notice period in contract.pdf?",
    "How many pages may a report have?",
    "How large may a file be?",
    "What is the file size limit?",
    "How many days of leave are there?",
    "How long must files be stored?",
    "Wie groß darf eine Datei sein?",
    "Wie viele Unterlagen muss ich einreichen?",
    "Welche Dateiformate werden unterstützt?",
    "Wie heißen die Standorte?",
    "What does the handbook say about parental leave?",
    "Which documents do I need for the visa?",
    "Which documents do I have to read?",
    "Which documents must be signed by the manager?",
    "What files are needed for a claim?",
    "How many days of leave do I get?",
    "How many files can I upload at once?",
    "How many documents does the archive at Malmo hold?",
    "How do I upload a file?",
    "How do I name a file?",
    "Where are the files stored?",
    "What is a document?",
    "When was the document signed?",
    "When is the library open?",
    "Summarise our conversation",
    "What is a vector store?",
    "What is the date of the document?",
    "Which file format does the scanner use?",
    "Which paper size does the printer use?",
    "Who signs the documents?",
    "What is the name of the library at Lund?",
    "What is new in version 3?",
    "What is the phone number of Tove Berg?",
    "Does her resume mention Python?",
    "Show me how to file a claim",
    "replicas image",
    "",
    "Welche Unterlagen brauche ich für das Visum?",
    "Quels documents faut-il pour le visa ?",
    "¿Qué documentos necesito para el visado?",
]


@pytest.mark.parametrize(("question", "query"), _LISTINGS)
def test_questions_for_lists(question: str, query: ListingQuery) -> None:
    """By kind, since when, in which order, about what."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.listing) == ("listing", query)


@pytest.mark.parametrize(("question", "words"), _SUMMARIES)
def test_questions_for_summaries(question: str, words: tuple[str, ...]) -> None:
    """Of the files that the words name, of all without any."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.words, subject.is_certain) == ("summary", words, True)


@pytest.mark.parametrize(("question", "order", "nth"), _BY_ORDER)
def test_questions_for_a_file_by_its_order(question: str, order: str, nth: int) -> None:
    """The first is the oldest."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.words, subject.listing.order, subject.nth) == ("summary", (), order, nth)


@pytest.mark.parametrize(("question", "page", "words"), _PAGES)
def test_questions_for_a_page(question: str, page: int, words: tuple[str, ...]) -> None:
    """Slides are pages, too; the other words may name the file, or say what is wanted of the page."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.page, subject.words) == ("page", page, words)


@pytest.mark.parametrize(("question", "words", "is_certain"), _FACTS)
def test_questions_for_the_size_or_the_date_of_a_file(
    question: str, words: tuple[str, ...], is_certain: bool
) -> None:
    """Of a size it is not certain that a file is meant."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.words, subject.is_certain) == ("facts", words, is_certain)


@pytest.mark.parametrize(("question", "words"), _PERHAPS)
def test_questions_for_what_a_file_says(question: str, words: tuple[str, ...]) -> None:
    """They are summaries only if a file is called so."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.words, subject.is_certain) == ("summary", words, False)


@pytest.mark.parametrize(("question", "words"), _COMPARISONS)
def test_comparisons(question: str, words: tuple[str, ...]) -> None:
    """Of files, if two are named."""
    subject = find_subject([question], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.words) == ("comparison", words)


@pytest.mark.parametrize("question", _OTHERS)
def test_questions_about_what_documents_say(question: str) -> None:
    """They are searched for, although they speak of documents."""
    assert find_subject([question], _TODAY) is None


@pytest.mark.parametrize(
    ("questions", "query"),
    [
        (("Which files do you have?", "And how many are PDFs?"), ListingQuery(kinds=("pdf",), is_count=True)),
        (("Which PDFs do you have?", "Which of them is the newest?"), ListingQuery(kinds=("pdf",), order="newest")),
        (("Which files do you have?", "And since March?"), ListingQuery(since=_MARCH)),
        (("Which files do you have?", "Only the PDFs"), ListingQuery(kinds=("pdf",))),
        (("Which files do you have?", "PDFs?"), ListingQuery(kinds=("pdf",))),
        (("Which files do you have?", "How many are there?"), ListingQuery(is_count=True)),
        (("Which files do you have?", "Which of them mention travel?"), ListingQuery(topic=("travel",))),
        (("Which files do you have?", "Can you sort them by size?"), ListingQuery(order="largest")),
        (("Which PDFs do you have?", "List them"), ListingQuery(kinds=("pdf",))),
        (("Welche Dateien hast du?", "Wann wurden sie hochgeladen?"), ListingQuery()),
        (("Welche Dateien hast du?", "Und wie viele davon sind PDFs?"), ListingQuery(kinds=("pdf",), is_count=True)),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_by_the_next_question(questions: tuple[str, str], query: ListingQuery) -> None:
    """What it says is added to what the one before asked for."""
    subject = find_subject(questions, _TODAY)

    assert subject is not None
    assert (subject.kind, subject.listing) == ("listing", query)


def test_it_is_what_was_asked_about_before() -> None:
    """A summary of "it" is of the file that was named; a follow-up on something else is searched for."""
    subject = find_subject(["What does travel-policy.txt say about rail?", "Summarise it"], _TODAY)

    assert subject is not None
    assert {"travel", "policy"} <= set(subject.words)
    assert find_subject(["Which files do you have?", "And for contractors?"], _TODAY) is None
    assert find_subject(["How long is leave?", "And how many of them are paid?"], _TODAY) is None
    assert find_subject(["Which files do you have?", "Thanks"], _TODAY) is None
    assert find_subject([], _TODAY) is None


def test_a_summary_of_another_file_may_follow() -> None:
    """If it names one; else its words are searched for."""
    subject = find_subject(["Summarise the handbook", "And the travel policy?"], _TODAY)

    assert subject is not None
    assert (subject.kind, subject.words, subject.is_certain) == ("summary", ("travel", "policy"), False)


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("what is new since march", dt.date(2026, 3, 1), "what is new"),
        ("since december 2025", dt.date(2025, 12, 1), ""),
        ("since december", dt.date(2025, 12, 1), ""),
        ("after 3rd of may which files", dt.date(2026, 5, 3), "which files"),
        ("since march 15 2026", dt.date(2026, 3, 15), ""),
        ("added since 2026 03 09", dt.date(2026, 3, 9), "added"),
        ("neu seit 09 03 2026", dt.date(2026, 3, 9), "neu"),
        ("neu seit dem 2 marz", dt.date(2026, 3, 2), "neu"),
        ("depuis le 1 aout 2026", dt.date(2026, 8, 1), ""),
        ("desde el 5 de enero de 2026", dt.date(2026, 1, 5), ""),
        ("since 2024", dt.date(2024, 1, 1), ""),
        ("new today", _TODAY, "new"),
        ("neu seit gestern", dt.date(2026, 11, 27), "neu"),
        ("new since last month", dt.date(2026, 10, 28), "new"),
        ("which files may i read", None, "which files may i read"),
        ("since 2026 13 45", dt.date(2026, 1, 1), "13 45"),
        ("since 29 february", None, "since 29 february"),
    ],
)
def test_since(text: str, day: dt.date | None, rest: str) -> None:
    """A month without a year is the last one; what is no date is left in the question."""
    assert find_since(text, _TODAY) == (day, rest)
