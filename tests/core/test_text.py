"""What texts are made of, in any language: words, sentences, rows of tables, and OpenAI's tokens."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidRequest
from app.core.text import (
    clean_pieces,
    clean_text,
    count_tokens,
    decode_tokens,
    delimiter_of,
    sentence_ends,
    sentence_spans,
    tokens,
    with_cells_apart,
)

_PIECES = st.lists(st.text(alphabet="ae\u0301\u0308 \r\n\x00\x07\x0c字\ud800", max_size=6), max_size=8)


def test_signs_that_divide_lines_divide_words() -> None:
    """Whoever wrote them: old systems, word processors, printers."""
    assert clean_text("one\r\ntwo\rthree\x0bfour\x0cfive\x07") == "one\ntwo\nthree\nfour\nfive"


@given(_PIECES)
def test_pieces_are_cleaned_as_the_whole(pieces: list[str]) -> None:
    """Wherever a text is cut, what comes out is the same."""
    assert "".join(clean_pieces(pieces)) == clean_text("".join(pieces))


def test_endless_marks_are_not_held() -> None:
    """A letter with a hundred thousand marks does not pile up in memory."""
    pieces = ["e" + "\u0301" * 20_000] * 3

    assert all(len(piece) < 50_000 for piece in clean_pieces(pieces))


def test_colours_of_a_terminal_are_no_text() -> None:
    """Logs hold them."""
    assert "".join(clean_pieces(["08:00 \x1b[1;", "31mERROR\x1b", "[0m bad"])) == "08:00 ERROR bad"
    assert clean_text("08:00 \x1b[1;31mERROR\x1b[0m bad") == "08:00 ERROR bad"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's a state-of-the-art X_1.", ["it", "s", "a", "state", "of", "the", "art", "x", "1"]),
        ("“Größe” — Straße №5", ["grösse", "strasse", "no5"]),
        ("e\u0301tude, नमस्ते", ["étude", "नमस्ते"]),
        ("产假 is leave产假x", ["产假", "is", "leave", "产假", "x"]),
        ("", []),
    ],
)
def test_words_are_folded_and_whole(text: str, words: list[str]) -> None:
    """Letters with their marks stay together, scripts without spaces are runs of their own."""
    assert tokens(text) == words


@given(st.text(alphabet="aZ9_é\u0301字 \n-’ß", max_size=40))
def test_what_stands_beside_a_word_does_not_change_it(text: str) -> None:
    """Plain text is read another way than the rest: both ways find the same words."""
    assert tokens(text + " 字") == [*tokens(text), "字"]
    assert [token for part in text.split() for token in tokens(part)] == tokens(text)


@pytest.mark.parametrize(
    ("block", "delimiter"),
    [
        (["id,name,days", "1,Ada,13", '2,"Bo, jr",5'], ","),
        (["id;price", "1;2,50", "2;3,00"], ";"),
        (["One, two, three.", "Prose with a comma, here."], None),
        (["1,2,3", "4,5,6"], None),
        (["id,name,days"], None),
    ],
)
def test_a_block_of_equal_lines_under_a_header_is_a_table(block: list[str], delimiter: str | None) -> None:
    """Prose with commas is none, nor are numbers without a header."""
    assert delimiter_of(block) == delimiter


def test_cells_come_apart_where_they_are() -> None:
    """The length stays, and other text as it is."""
    text = "Staff, of May, in all.\n\nid,name,days\n1,Ada,13\n"

    assert with_cells_apart(text) == "Staff, of May, in all.\n\nid\tname\tdays\n1\tAda\t13\n"


def split(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Crew startet am 5. Mai 2026 in Bremen.",
        "Das 2. Quartal beginnt am 1. April und endet am 30. Juni.",
        "Im 20. Jahrhundert galt das auch für die 3. Klasse.",
        "Ab dem 1. Oktober gilt § 5 Abs. 2 Nr. 3, z. B. für Lehrer, d. h. bzw. usw. für alle.",
        "Holdet rejser den 5. maj til Aarhus.",
        "Avtalen gjelder fra 1. oktober til 31. desember.",
        "Sopimus alkaa 5. toukokuuta ja päättyy kesällä.",
        "Smlouva platí od 5. května do 2. čtvrtletí.",
        "Umowa trwa od 1. stycznia w 2. kwartale.",
        "J. K. Rowling met Dr. Smith, Mr. Jones and Mrs. Hill at St. James, e.g. for tea, i.e. approx. at five.",
        "See Fig. 3, p. 12, pp. 3-5 and Art. 7 for version 3.2.1 of report.final.pdf at https://a.example/b.html today.",
        "The rate is 3.5 percent vs. 4.5 percent in the U.S. economy.",
        "Friedrich II. von Preußen lud Voltaire ein.",
        "Siehe S. 12 und Nr. 4.",
        "“Why?” he asked.",
        "1. Open the door.",
        "М. А. Булгаков жил в Москве, см. стр. 5, и т. д. на всех языках.",
    ],
)
def test_one_sentence(sentence: str) -> None:
    """Ordinals, dates, initials and abbreviations end no sentence."""
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The fee is 30.", "The fine is 5."),
        ("The answer is no.", "Ask again."),
        ("He came in May 2024.", "She left."),
        ("Er kam am 5.", "Die Crew blieb."),
        ("It opens at 9 a.m.", "It closes at five."),
        ("Take vitamin C.", "It helps."),
        ("Bring pens, paper, etc.", "Leave the rest."),
        ("Really?!", "Yes."),
        ("He said “no.”", "She left."),
        ("Wann?", "Am 3. Juni."),
        ("यह पहला वाक्य है।", "यह दूसरा है।"),
        ("এটি প্রথম বাক্য।", "এটি দ্বিতীয়।"),
        ("ما هي الرسوم؟", "الرسوم ثلاثون."),
        ("یہ پہلا جملہ ہے۔", "یہ دوسرا ہے۔"),
        ("Սա առաջինն է։", "Սա երկրորդն է։"),
        ("ይህ አንደኛ ነው።", "ይህ ሁለተኛ ነው።"),
        ("ဒါက ပထမ။", "ဒါက ဒုတိယ။"),
        ("នេះជាប្រយោគ។", "នេះទៀត។"),
        ("费用是三十欧元。", "五月到期。"),
        ("「はい。」", "次の文です。"),
        ("Оплата до 5 мая.", "Позже нельзя."),
    ],
)
def test_two_sentences(first: str, second: str) -> None:
    """Each script's own marks end one, with or without a space behind them."""
    assert split(f"{first} {second}") == [first, second]


def test_no_space_is_needed_where_none_is_written() -> None:
    """Chinese, Hindi and Khmer sentences follow on each other."""
    assert split("费用是三十。五月到期！好") == ["费用是三十。", "五月到期！", "好"]


def test_lines_end_sentences_only_when_asked() -> None:
    """A line's end counts for who wants it to."""
    text = "One line\nand am 5.\nMai goes on."

    assert list(sentence_ends(text)) == []
    assert len(list(sentence_ends(text, with_lines=True))) == 2


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("hello world", 2), ("<|endoftext|>", 7), ("word " * 400_000, 400_001)]
)
def test_counts_are_exact_for_any_length(text: str, count: int) -> None:
    """Special tokens are plain text, and two million characters are counted, too."""
    assert abs(count_tokens(text) - count) <= (4 if len(text) > 1_000_000 else 0)


def test_lone_surrogates_are_counted() -> None:
    """No str breaks the count."""
    assert count_tokens("a\ud800b") > 0


def test_tokens_become_text_again() -> None:
    """cl100k, as embedding clients send it; numbers that are none are the caller's mistake."""
    assert decode_tokens([6151, 1070]) == "hi there"
    with pytest.raises(InvalidRequest):
        decode_tokens([999_999_999])


def test_the_vocabulary_is_loaded_for_the_first_count() -> None:
    """It takes half a second, for which no command waits that counts nothing."""
    script = "import sys, app.core.text as t; print('bpe_openai' in sys.modules); t.load_tokens(); print('bpe_openai' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout.split() == ["False", "True"]
