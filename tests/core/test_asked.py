"""What a question asks for: its words, with every lexeme that each may match, and the files that it names. Pure."""

import pytest

from app.core.asked import (
    defines,
    find_named,
    fold,
    is_meant,
    may_be_named,
    name_words,
    named_share,
    read_query,
    says_all,
    subject_of,
    without_name,
)
from app.core.lexemes import number

_NAMES = ["travel-policy.txt", "employee_handbook_2026.pdf", "Jane-Morrow.md", "memo-1.txt", "memo-2.txt", "報告書.txt", "Übersicht.docx", "TK2041.pdf"]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Summarise travel-policy.txt", ["travel-policy.txt"]),
        ("Summarise the travel policies", ["travel-policy.txt"]),
        ("the handbook", ["employee_handbook_2026.pdf"]),
        ("What is Jane Morrow's number?", ["Jane-Morrow.md"]),
        ("the memos", ["memo-1.txt", "memo-2.txt"]),
        ("memo 2", ["memo-2.txt"]),
        ("報告書を要約して", ["報告書.txt"]),
        ("die Ubersicht", ["Übersicht.docx"]),
        ("summarise travelpolicy.doc", ["travel-policy.txt"]),
        ("Compare TK 2041 and Memo1", ["TK2041.pdf"]),
        ("the canteen", []),
    ],
)
def test_the_names_that_a_question_means(question: str, named: list[str]) -> None:
    """Whole names first, else those of which most is said."""
    assert find_named(question, _NAMES, certain=False) == named


def test_a_part_is_not_enough_where_it_must_be_certain() -> None:
    """All of a name's words are."""
    assert find_named("the handbook", _NAMES, certain=True) == []
    assert find_named("the travel policy", _NAMES, certain=True) == ["travel-policy.txt"]


def test_one_word_may_be_chance() -> None:
    """Several words of a name, or the name with its suffix, are not."""
    assert is_meant("Tove-Berg.md", fold("the number of Tove Berg"))
    assert is_meant("travel.txt", fold("what does travel.txt say?"))
    assert not is_meant("travel.txt", fold("what does travel cost?"))
    assert not is_meant("report-2025.txt", fold("the report of 2025"))


def test_a_name_of_which_no_word_begins_in_the_question_is_not_compared() -> None:
    """The quick look lets nothing through that is meant, however it is written."""
    names = [
        "travelPolicy.docx",
        "aBook.docx",
        "b2b.txt",
        "report-2025-Q3.pdf",
        "___.pdf",
        "旅行.txt",
        ".bashrc",
    ]
    asked = [
        "the travel policies",
        "abook docx",
        "rules of b 2 b",
        "report of 2025",
        "the pdf",
        "旅行の規則",
        "bashrc",
    ]
    questions = [fold(question) for question in asked]

    passed = {(n, q) for n in names for q in questions if may_be_named(n, q)}

    assert set(zip(names, questions, strict=True)) <= passed
    rest = {(name, question) for name in names for question in questions} - passed
    assert len(rest) > len(passed)
    assert not any(is_meant(*pair) or says_all(*pair) or named_share(*pair) for pair in rest)


def test_numbers_and_versions_need_not_be_said() -> None:
    """But tell which of two is meant."""
    question = fold("What is the total of the Acme invoice of 2025?")

    assert is_meant("employee_handbook_2026_final.pdf", fold("the employee handbook"))
    assert is_meant("acme-invoice-2024.pdf", question)
    assert named_share("acme-invoice-2025.pdf", question) > named_share("acme-invoice-2024.pdf", question)


def test_words_of_names() -> None:
    """Capitals within a word part it; the name's words can be taken out of a question."""
    assert name_words("TravelPolicyV2_final.PDF") == ("travel", "policy", "v2", "final")
    assert (
        without_name("What is the phone number of Tove Berg?", "Tove-Berg.md")
        == "what is the phone number of"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("What does the bearing cost?", ["bearing", "cost"]),
        ("what is the", ["what", "is", "the"]),
        ("Does IT pay?", ["it", "pay"]),
        ("WHO IS IT", ["who", "is", "it"]),
        ("who did it", ["who", "did", "it"]),
    ],
)
def test_stop_words_are_dropped(query: str, told: list[str]) -> None:
    """All words are kept if none is left, and names in capitals."""
    asked = read_query(query, ["xxx", "eng"])

    assert [word.same[0] for word in asked.words] == [number(word) for word in told]


def test_stop_words_are_those_of_the_querys_language() -> None:
    """In a store of English and German texts "die" is a word of English questions, and none of German ones."""
    english = read_query("How does the die casting work?", ["deu", "eng"])
    german = read_query("Wann ist die Bescheinigung da?", ["eng", "deu"])

    assert [len(english.words), len(german.words)] == [3, 2]


def test_a_word_is_found_in_each_language_of_the_stores() -> None:
    """With the stem of each, as one word."""
    (word,) = read_query("running", ["eng", "xxx"]).words

    assert {number("run"), number("running")} <= set(word.same)


def test_neighbours_may_be_a_code() -> None:
    """Only where one of them has a digit, and all are short."""
    joined = {joined.lexeme: joined.places for joined in read_query("bearing tk 2041 b", ["xxx"]).joined}

    assert joined[number("tk2041b")] == (1, 2, 3)
    assert number("bearingtk") not in joined
    assert read_query("annual report northern depot", ["xxx"]).joined == ()


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is DER?", "DER"),
        ("What's a shell?", "shell"),
        ("What is the purpose of /tmp?", "/tmp"),
        ("What is /etc for?", "/etc"),
        ("What does MMLU stand for?", "MMLU"),
        ("Was ist ein Fangschuss?", "Fangschuss"),
        ("What is the notice period for people who leave in March?", ""),
        ("Who is Ada?", ""),
    ],
)
def test_a_question_for_a_meaning_has_a_subject(question: str, subject: str) -> None:
    """Of a few words; a longer question asks for something else."""
    assert subject_of(question) == subject


@pytest.mark.parametrize(
    ("subject", "sentence", "does"),
    [
        ("der", "The DER means the distinguished rules.", True),
        (
            "DER",
            "It reads Abstract Syntax Notation One (ASN.1) and Distinguished Encoding Rules (DER).",
            True,
        ),
        ("shell", "At its base, a shell is simply a macro processor.", True),
        ("libtasn1", "This manual is for GNU Libtasn1 (version 4.19.0), which is a library.", True),
        ("libtasn1", "This document describes the Libtasn1 library.", True),
        ("bash", "Bash is not a toy.", False),
        ("DER", "Creates the DER encoding of the length.", False),
        ("tmp", "The /var/tmp directory is for temporary files.", False),
        ("", "What is written is known.", False),
    ],
)
def test_a_definition_is_known(subject: str, sentence: str, does: bool) -> None:
    """By what stands around the subject."""
    assert defines(subject, sentence) == does
