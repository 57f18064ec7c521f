"""Whether numbers in words, and in scripts without spaces, are the same as in digits, and whether a bound is taken for a number."""

import pytest

from app.answering.support.judgement import check_support


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The tour lasts 90 minutes.", "The tour lasts an hour and a half.", True),
        ("The tour lasts an hour and a half.", "The tour lasts 90 minutes.", True),
        ("The tour lasts an hour and a half.", "The tour lasts 1.5 hours.", True),
        ("The tour lasts 90 minutes.", "The tour lasts one and a half hours.", True),
        ("The tour lasts 90 minutes.", "The tour lasts two and a half hours.", False),
        ("The tour lasts an hour and a half.", "The tour lasts 60 minutes.", False),
        ("The tour lasts 60 minutes.", "The tour lasts an hour and a half.", False),
        ("The break lasts 30 minutes.", "The break lasts half an hour.", True),
        ("The break lasts half an hour.", "The break lasts 30 minutes.", True),
        ("The break lasts half an hour.", "The break lasts 20 minutes.", False),
        ("The box holds 12 eggs.", "The box holds a dozen eggs.", True),
        ("The box holds a dozen eggs.", "The box holds 12 eggs.", True),
        ("The box holds half a dozen eggs.", "The box holds 6 eggs.", True),
        ("The box holds 6 eggs.", "The box holds half a dozen eggs.", True),
        ("The box holds two dozen eggs.", "The box holds 24 eggs.", True),
        ("The box holds half a dozen eggs.", "The box holds 12 eggs.", False),
        ("The box holds 12 eggs.", "The box holds half a dozen eggs.", False),
        ("Die Pause dauert 30 Minuten.", "Die Pause dauert eine halbe Stunde.", True),
        ("Der Kurs dauert anderthalb Stunden.", "Der Kurs dauert eineinhalb Stunden.", True),
        ("Der Kurs dauert anderthalb Stunden.", "Der Kurs dauert 90 Minuten.", True),
        ("Der Kurs dauert anderthalb Stunden.", "Der Kurs dauert zweieinhalb Stunden.", False),
        ("Die Visite dauert eine Viertelstunde.", "Die Visite dauert 15 Minuten.", True),
        ("La réunion dure une demi-heure.", "La réunion dure 30 minutes.", True),
        ("La réunion dure une demi-heure.", "La réunion dure une heure et demie.", False),
        ("Le cours dure deux heures et demie.", "Le cours dure 150 minutes.", True),
        ("Le cours dure 2 heures et demie.", "Le cours dure 150 minutes.", True),
        ("L'examen dure trois quarts d'heure.", "L'examen dure 45 minutes.", True),
        ("L'examen dure trois quarts d'heure.", "L'examen dure une heure.", False),
        ("La caja contiene una docena de huevos.", "La caja contiene 12 huevos.", True),
        ("La visita dura media hora.", "La visita dura 30 minutos.", True),
        ("The talk lasts three quarters of an hour.", "The talk lasts 45 minutes.", True),
        ("The talk lasts three quarters of an hour.", "The talk lasts 15 minutes.", False),
        ("The talk lasts three quarters of an hour.", "The talk lasts an hour.", False),
        ("The flight takes one hour and 30 minutes.", "The flight takes 90 minutes.", True),
        ("The flight takes one hour and 20 minutes.", "The flight takes 80 minutes.", True),
        ("The flight takes 1 hour 30 minutes.", "The flight takes an hour and a half.", True),
        ("The flight takes one hour and 30 minutes.", "The flight takes 30 minutes.", False),
        ("The flight takes one hour and 30 minutes.", "The flight takes an hour.", False),
        ("Meals are refunded up to 40 euros per day, within 30 days.", "Meals are refunded up to €40 a day.", True),
        ("保修期为两年。", "保修期为2年。", True),
        ("保修期为2年。", "保修期为两年。", True),
        ("保修期为2年。", "保修期为三年。", False),
        ("保修期为24个月。", "保修期为两年。", True),
        ("The warranty is two years.", "The warranty is 2 years.", True),
        ("員工享有二十天年假。", "員工享有20天年假。", True),
    ],
)  # fmt: skip
def test_numbers_in_words(passage: str, statement: str, *, is_verified: bool) -> None:
    """An hour and a half is 90 minutes, and half a dozen is six."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The password must have at least 10 characters.", "The password must have exactly 10 characters.", False),
        ("The password must have at least 10 characters.", "The password must have 10 or more characters.", True),
        ("The password must have at least 10 characters.", "The password must have at least 10 characters.", True),
        ("The test takes 40 minutes.", "The test takes exactly 40 minutes.", True),
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
