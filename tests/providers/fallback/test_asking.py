"""What a question asks, without the words that only say where to look."""

import pytest

from app.providers.fallback.asking import parts_of, without_place


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What do the documents say about leave?", "leave?"),
        ("What does the documentation say about hotels?", "hotels?"),
        ("According to the documents, how heavy is the pump?", "how heavy is the pump?"),
        ("Is there anything about hotels in the files?", "hotels ?"),
        ("Which file talks about hotels?", "hotels?"),
        ("Was sagen die Dokumente über Urlaub?", "Urlaub?"),
        ("Wie schwer ist laut den Unterlagen die Pumpe?", "Wie schwer ist die Pumpe?"),
        ("How many documents must be submitted?", "How many documents must be submitted?"),
        ("What is in the files?", "What is ?"),
        ("In the documents?", "In the documents?"),
    ],
)
def test_words_for_the_place_are_no_question(question: str, asked: str) -> None:
    """Who asks about documents that are a subject keeps the word."""
    assert without_place(question) == asked


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "How long is leave, and how is sick pay reckoned?",
            ["How long is leave", "how is sick pay reckoned?"],
        ),
        ("How long is leave? How is it paid?", ["How long is leave", "How long is leave How is it paid?"]),
        (
            "Wie lange dauert Elternzeit und wann muss ich sie melden?",
            ["Wie lange dauert Elternzeit", "Wie lange dauert Elternzeit wann muss ich sie melden?"],
        ),
        ("What is bread and butter?", ["What is bread and butter?"]),
        ("My laptop is gone, what do I do?", ["My laptop is gone, what do I do?"]),
    ],
)
def test_a_text_may_ask_several_things(question: str, parts: list[str]) -> None:
    """What follows as "it" is asked with the question that names it."""
    assert parts_of(question) == parts
