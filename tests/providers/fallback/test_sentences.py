"""The sentences of snippets: where they end, and what is taken out of them."""

import pytest

from app.providers.fallback.sentences import sentences_of, shortened, without_markers


def texts_of(text: str) -> list[str]:
    return [sentence.text for sentence in sentences_of(text)]


def test_an_underlined_title_is_no_part_of_what_follows() -> None:
    """It is a heading, and its line of signs is none of its words."""
    found = sentences_of("Remote work\n-----------\nTwo days a week.\n\nPay\n===\nIt is paid monthly.")

    told = [("Remote work", True), ("Two days a week.", False), ("Pay", True), ("It is paid monthly.", False)]
    assert [(sentence.text, sentence.is_title) for sentence in found] == told


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "Ask Dr. Smith or J. K. Rowling, e.g. by mail. She knows.",
            ["Ask Dr. Smith or J. K. Rowling, e.g. by mail.", "She knows."],
        ),
        (
            '| sign | means |\n|---|---|\n| "Wait …" | It is busy! | \n| Stop. | It ended. |',
            ['sign: "Wait …" · means: It is busy!', "sign: Stop. · means: It ended."],
        ),
        ("It cost 3.5 euros. cheap, said they.", ["It cost 3.5 euros.", "cheap, said they."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("产假为九个月。员工需要申请！对吗？", ["产假为九个月。", "员工需要申请！", "对吗？"]),
        ("यह पहला है । यह दूसरा है ।", ["यह पहला है ।", "यह दूसरा है ।"]),
        (
            "# Leave\nIt lasts\nnine months.\n\n- Paid\n- Granted",
            ["Leave", "It lasts nine months.", "Paid", "Granted"],
        ),
        (
            "1. TERMS\nThey hold for all.\n2. Only two\nmay enter.",
            ["TERMS", "They hold for all.", "Only two may enter."],
        ),
        ("Use `make run` **now**.", ["Use make run now."]),
        (
            "int lib_parse (const char * file, node * [Function]\ntree, char * error)\nfile: the file to read.",
            [
                "int lib_parse (const char * file, node * [Function] tree, char * error)",
                "file: the file to read.",
            ],
        ),
        (
            "Run it:\n\n```sh\nmake run  # on :8000\nmake test\n```\nIt serves\nat once.",
            ["Run it:", "make run # on :8000", "make test", "It serves at once."],
        ),
        ("make run\nmake test\n```\nIt serves\nat once.", ["make run", "make test", "It serves at once."]),
        ("Use [Docker](#docker) or ![a box](box.png).", ["Use Docker or a box."]),
        ("", []),
    ],
)
def test_text_falls_into_sentences(text: str, sentences: list[str]) -> None:
    """Sentences end where readers end them; headings, items and lines of code stand alone; markup is gone."""
    assert texts_of(text) == sentences


@pytest.mark.parametrize(
    "text", ["Nine [7]", "Nine[1, 2]", "Nine [1[2]]", "Nine [ [3]4]", "Nine" + " [1" * 9 + "]" * 9]
)
def test_markers_of_the_text_are_taken_out(text: str) -> None:
    """A source's own `[7]` would be read as a citation of ours, however it is nested."""
    cleaned = without_markers(text)

    assert cleaned.startswith("Nine")
    assert without_markers(cleaned) == cleaned


def test_long_sentences_are_cut_at_a_word() -> None:
    """A quote is 300 characters at the most, and ends in whole words and an ellipsis."""
    (sentence,) = texts_of("leave " * 200)

    assert len(sentence) <= 301
    assert sentence.endswith("leave…")
    assert shortened("长" * 400, 300) == "长" * 300 + "…"
