"""What a passage says of one thing is not verified of another, and the same in other words still is."""

import pytest

from app.answering.support.judgement import check_support

MODELS = (
    "The red model weighs 3 kg and lasts 10 hours. The blue model weighs 5 kg and lasts 14 hours. "
    "Both are sold in Europe, but only the blue model is sold in Asia."
)
PROJECTS = (
    "Project Falcon started in March 2021 and is led by Dana Reed. Project Heron started in June 2022 and is led by Omar Haddad. "
    "Falcon has a budget of $2 million, Heron of $5 million. Heron was delayed by six months because a supplier failed."
)
RULES = (
    "Managers must approve requests within three working days. Employees may carry over unused leave. Logs are kept for 14 days, backups for 90 days. "
    "Invoices over 5,000 euros must be approved by the finance director; smaller invoices by the team lead."
)
SALES = (
    "Sales rose from 120 million in 2021 to 150 million in 2022, while costs fell by 8 percent. Most of the growth came from services. "
    "Hardware revenue was flat."
)
FACTS = (
    "Lung cancer is caused by smoking, and smoking causes heart disease. Bern lies north of Thun. The railway runs from Bern to Milan. "
    "The tunnel was opened in 1906, two years after the bridge had been finished. Patients given the drug recovered faster than those given the placebo."
)
MORTAR = "Mix two parts of sand with one part of cement. Let it cure for 28 days before painting."
FIRMS = (
    "In 2019 Alpha Corp acquired Beta Ltd for $30 million. Beta's founder, Jane Doe, joined Alpha's board. "
    "Alpha sold its printing division to Gamma GmbH a year later."
)
BATTLES = (
    "Napoleon defeated the Austrians at Austerlitz in 1805. Wellington defeated Napoleon at Waterloo in 1815. "
    "Nelson died at Trafalgar in 1805."
)
CACHE = "The method get() returns a copy, while peek() returns a reference. Version 2 requires Python 3.11, version 1 required Python 3.8."
MEDICINE = (
    "Paracetamol relieves pain and lowers fever but does not reduce inflammation. Ibuprofen relieves pain, lowers fever and reduces inflammation. "
    "Müller scored twice, Kane once. To install, run `make install`. To remove, run `make clean`. "
    "Operating costs were $9 million, down 5%. Net profit doubled to $2 million. Larger screens are ordered by IT; smaller items may be bought by the team."
)
GERMAN = (
    "Das rote Modell wiegt 3 kg und kostet 200 Euro. Das blaue Modell wiegt 5 kg und kostet 350 Euro. "
    "Anna Berg leitet den Vertrieb, Jonas Lund die Entwicklung."
)
FRENCH = "Marie Dupont dirige le service commercial, Paul Martin la recherche. Les enfants paient 5 euros, les adultes 12 euros."


@pytest.mark.parametrize(
    ("passage", "statement", "reason"),
    [
        (MODELS, "The red model weighs 5 kg.", None),
        (MODELS, "The red model lasts 14 hours.", None),
        (MODELS, "The blue model weighs 5 kg and lasts 10 hours.", "number_differs"),
        (MODELS, "The red model is sold in Asia.", "not_found"),
        (MODELS, "Only the blue model is sold in Europe.", "not_found"),
        (PROJECTS, "Project Falcon started in June 2022.", None),
        (PROJECTS, "Project Heron is led by Dana Reed.", "not_found"),
        (PROJECTS, "Falcon has a budget of $5 million.", None),
        (PROJECTS, "Falcon was delayed by six months.", "not_found"),
        (PROJECTS, "Omar Reed leads Project Falcon.", "name_not_found"),
        (RULES, "Employees must approve requests within three working days.", "not_found"),
        (RULES, "Logs are kept for 90 days.", "number_differs"),
        (RULES, "Backups are kept for 14 days.", None),
        (RULES, "Logs are kept for 90 days, backups for 14 days.", "number_differs"),
        (RULES, "Invoices over 5,000 euros must be approved by the team lead.", "not_found"),
        (SALES, "Sales fell by 8 percent.", None),
        (SALES, "Sales rose from 150 million in 2021 to 120 million in 2022.", "number_differs"),
        (SALES, "Most of the growth came from hardware.", "not_found"),
        (SALES, "All of the growth came from services.", "negation_differs"),
        (SALES, "Services revenue was flat.", "not_found"),
        (FACTS, "Heart disease causes smoking.", "not_found"),
        (FACTS, "Thun lies north of Bern.", "not_found"),
        (FACTS, "The railway runs from Milan to Bern.", "not_found"),
        (FACTS, "The bridge was opened in 1906.", "not_found"),
        (FACTS, "Patients given the placebo recovered faster than those given the drug.", "not_found"),
        (MORTAR, "Mix one part of sand with two parts of cement.", None),
        (MORTAR, "Mix two parts of cement with one part of sand.", "not_found"),
        (MORTAR, "Paint it before letting it cure for 28 days.", "not_found"),
        (FIRMS, "In 2019 Beta Ltd acquired Alpha Corp for $30 million.", "not_found"),
        (FIRMS, "Gamma GmbH sold its printing division to Alpha.", "not_found"),
        (FIRMS, "Jane Doe acquired Beta Ltd in 2019.", "not_found"),
        (BATTLES, "Napoleon defeated the Austrians at Waterloo in 1815.", None),
        (BATTLES, "Napoleon defeated Wellington at Waterloo in 1815.", "not_found"),
        (BATTLES, "Wellington died at Trafalgar in 1805.", "not_found"),
        (CACHE, "get() returns a reference.", "not_found"),
        (CACHE, "Version 1 requires Python 3.11.", None),
        (MEDICINE, "Paracetamol reduces inflammation.", None),
        (MEDICINE, "Ibuprofen does not reduce inflammation.", None),
        (MEDICINE, "Kane scored twice.", None),
        (MEDICINE, "Müller scored once.", None),
        (MEDICINE, "To remove, run `make install`.", None),
        (MEDICINE, "Operating costs doubled to $2 million.", None),
        (MEDICINE, "Smaller items may be bought by IT.", None),
        (GERMAN, "Das rote Modell wiegt 5 kg.", None),
        (GERMAN, "Anna Berg leitet die Entwicklung.", "not_found"),
        (GERMAN, "Jonas Lund leitet den Vertrieb.", "not_found"),
        (FRENCH, "Marie Dupont dirige la recherche.", "not_found"),
        (FRENCH, "Les enfants paient 12 euros.", "number_differs"),
    ],
)  # fmt: skip
def test_what_is_said_of_another_thing_is_not_verified(
    passage: str, statement: str, reason: str | None
) -> None:
    """All words of each statement are in the passage, but not together. Where several reasons hold, any will do."""
    judgement = check_support(statement, passage)

    assert not judgement.verified
    assert reason in (None, judgement.reason)


@pytest.mark.parametrize(
    ("passage", "statement"),
    [
        (MODELS, "The red model weighs 3 kg."),
        (MODELS, "The blue model lasts 14 hours and weighs 5 kg."),
        (MODELS, "Only the blue model is sold in Asia."),
        (PROJECTS, "Dana Reed leads Project Falcon."),
        (PROJECTS, "Falcon, led by Dana Reed, started in March 2021."),
        (PROJECTS, "The budget of Falcon is $2 million."),
        (PROJECTS, "Heron has a budget of $5 million."),
        (RULES, "Requests must be approved by managers within three working days."),
        (RULES, "Backups are kept for 90 days."),
        (RULES, "The finance director must approve invoices over 5,000 euros."),
        (SALES, "In 2022 sales rose to 150 million."),
        (SALES, "Costs fell by 8 % while sales rose."),
        (FACTS, "Smoking causes heart disease."),
        (FACTS, "The railway runs to Milan from Bern."),
        (FACTS, "The tunnel was opened two years after the bridge had been finished."),
        (MORTAR, "Two parts of sand are mixed with one part of cement."),
        (MORTAR, "It cures for 28 days before painting."),
        (FIRMS, "Beta Ltd was acquired by Alpha Corp in 2019 for 30 million dollars."),
        (FIRMS, "Jane Doe, the founder of Beta, joined the board of Alpha."),
        (BATTLES, "In 1805 Napoleon defeated the Austrians at Austerlitz."),
        (BATTLES, "Napoleon was defeated by Wellington at Waterloo."),
        (CACHE, "peek() returns a reference."),
        (CACHE, "Version 2 requires Python 3.11."),
        (MEDICINE, "Paracetamol does not reduce inflammation."),
        (MEDICINE, "Ibuprofen reduces inflammation."),
        (MEDICINE, "Müller scored twice."),
        (MEDICINE, "Run `make clean` to remove."),
        (GERMAN, "Das blaue Modell kostet 350 Euro und wiegt 5 kg."),
        (GERMAN, "Jonas Lund leitet die Entwicklung."),
        (FRENCH, "Les adultes paient 12 euros."),
        ("Obama, Barack, was president from 2009. The kingdom has England, Scotland and Wales.", "Barack Obama was president from 2009."),
        ("The kingdom includes England, Scotland and Wales.", "The kingdom includes Wales, Scotland and England."),
        ("Version 2.10 fixes the bug, a release of May.", "Release 2.10 fixes the bug."),
        ("These measures are needed. The heating of small flats is paid by the state.", "Additionally, the heating of small flats is paid by the state."),
    ],
)  # fmt: skip
def test_the_same_in_another_order_is_verified(passage: str, statement: str) -> None:
    """Order, voice and what a clause leaves out make no difference."""
    assert check_support(statement, passage).verified


def test_a_sentence_of_a_long_passage_is_verified() -> None:
    """It is looked for in the whole passage: frequent words do not tell in which part it stands."""
    before = (
        "A source file is read, which creates a copy. Shows the structure of type print name. "
        + "Nothing happens. " * 8
    )
    passage = f"{before}Creates a structure of type source_name . Example: none."

    assert check_support("Creates a structure of type source_name.", passage).verified
