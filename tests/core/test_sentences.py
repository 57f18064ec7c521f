"""Where sentences end, language by language."""

import pytest

from app.core.sentences import sentence_ends, sentence_spans


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
