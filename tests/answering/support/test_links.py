"""Whether a thing has the same word in front of it as in the passage."""

import pytest

from app.answering.support.judgement import check_support


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The exhibition is open until 5 May.", "The exhibition is open from 5 May.", False),
        ("The exhibition is open until 5 May.", "The exhibition is open till 5 May.", True),
        ("The exhibition is open from 5 May.", "The exhibition is open until 5 May.", False),
        ("The exhibition is open from 5 May.", "The exhibition opens on 5 May.", True),
        ("The exhibition runs from 2 April until 5 May.", "The exhibition runs until 5 May.", True),
        ("The exhibition runs from 2 April until 5 May.", "The exhibition runs from 5 May.", False),
        ("Die Ausstellung ist bis 5. Mai geöffnet.", "Die Ausstellung ist ab 5. Mai geöffnet.", False),
        ("Die Ausstellung ist bis 5. Mai geöffnet.", "Die Ausstellung ist bis zum 5. Mai geöffnet.", True),
        ("Anna worked there until 2015.", "Anna worked there since 2015.", False),
    ],
)  # fmt: skip
def test_ends_of_a_time(passage: str, statement: str, *, is_verified: bool) -> None:
    """From when is not until when."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The licence was granted to Acme by Globex in 2020.", "The licence was granted to Globex by Acme in 2020.", False),
        ("The licence was granted to Acme by Globex in 2020.", "The licence was granted by Acme to Globex in 2020.", False),
        ("The letter was sent to Maria by Tom.", "The letter was sent to Tom by Maria.", False),
        ("Tom sent a letter to Maria.", "Maria sent a letter to Tom.", False),
        ("The goods are shipped from Hamburg to Oslo.", "The goods are shipped from Oslo to Hamburg.", False),
        ("The goods are shipped from Hamburg to Oslo.", "The goods are shipped to Oslo from Hamburg.", True),
        ("The goods are shipped from Hamburg to Oslo.", "The goods are shipped to Hamburg from Oslo.", False),
        ("The estate was sold to the bank by the church.", "The estate was sold to the church by the bank.", False),
        ("The estate was sold to the bank by the church.", "The estate was sold by the church to the bank.", True),
    ],
)  # fmt: skip
def test_who_gives_to_whom(passage: str, statement: str, *, is_verified: bool) -> None:
    """Who gives is not who gets, in whatever order they are named."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The password must have at least 10 characters.", "The password must have exactly 10 characters.", False),
        ("The password must have at least 10 characters.", "The password must have 10 or more characters.", True),
        ("The password must have at least 10 characters.", "The password must have at least 10 characters.", True),
        ("The hall holds at most 200 guests.", "The hall holds exactly 200 guests.", False),
        ("The hall holds at most 200 guests.", "The hall holds up to 200 guests.", True),
        ("The hall holds up to 200 guests.", "The hall holds exactly 200 guests.", False),
        ("The trip takes about 40 minutes.", "The trip takes exactly 40 minutes.", False),
        ("The trip takes about 40 minutes.", "The trip takes roughly 40 minutes.", True),
        ("The trip takes about 40 minutes.", "The trip takes 40 minutes.", True),
        ("The trip takes exactly 40 minutes.", "The trip takes 40 minutes.", True),
        ("More than 500 people attended.", "Exactly 500 people attended.", False),
        ("Das Passwort muss mindestens 10 Zeichen haben.", "Das Passwort muss genau 10 Zeichen haben.", False),
        ("Die Fahrt dauert etwa 40 Minuten.", "Die Fahrt dauert genau 40 Minuten.", False),
        ("Le mot de passe doit avoir au moins 10 caractères.", "Le mot de passe doit avoir exactement 10 caractères.", False),
        ("Le mot de passe doit avoir au moins 10 caractères.", "Le mot de passe doit avoir 10 caractères au minimum.", True),
    ],
)  # fmt: skip
def test_exact_numbers(passage: str, statement: str, *, is_verified: bool) -> None:
    """A bound and an estimate are no exact number."""
    assert check_support(statement, passage).verified is is_verified
