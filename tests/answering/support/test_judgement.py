"""Whether a passage supports a statement: kinds of statements that models get wrong, in many languages."""

import pytest

from app.answering.support.judgement import check_support

COURT = (
    "The court dismissed the appeal because the claimant failed to file the documents in time. The defendant neither "
    "admitted nor denied liability. The company lacks a licence to operate in Ohio and refused to pay the fine of $25,000."
)
LEAVE = (
    "Unused leave may be carried over until 31 March of the following year, except in the Berlin office. "
    "Backups are kept for 30 days unless the retention policy is disabled."
)
MUSEUM = "The museum is open daily except Mondays. The router supports WPA2 and WPA3, but not WEP. Most patients recover well."
GERMAN = "Alle Mitarbeiter mit Ausnahme der Praktikanten erhalten ein Weihnachtsgeld. Die meisten Kunden zahlen bar."
FRENCH = "Le magasin est ouvert tous les jours sauf le dimanche. La plupart des appartements disposent d'un balcon."
SPANISH = (
    "La mayoría de los pedidos se entregan en 48 horas. La tienda abre todos los días, excepto los lunes."
)
POLISH = (
    "Okres wypowiedzenia wynosi trzy miesiące. Wniosek można złożyć przed 15 marca. Cena wynosi 200 złotych. "
    "Wszystkie sklepy oprócz sklepu w Gdańsku są otwarte w niedzielę."
)
RUSSIAN = "Большинство сотрудников работают удалённо. Все магазины, кроме московского, открыты в воскресенье."
CHINESE = "大多数员工可以在家工作。会议室每天开放，星期一除外。"
JAPANESE = "ほとんどの社員は在宅勤務ができます。美術館は月曜日を除き毎日開館しています。"
ARABIC = "يعمل معظم الموظفين من المنزل. المتحف مفتوح كل يوم ما عدا الاثنين."


@pytest.mark.parametrize(
    ("passage", "statement"),
    [
        (COURT, "The claimant filed the documents in time."),
        (COURT, "The defendant denied liability."),
        (COURT, "The defendant admitted liability."),
        (COURT, "The company has a licence to operate in Ohio."),
        (COURT, "The company paid the fine of $25,000."),
        (LEAVE, "Unused leave may be carried over until 31 March of the following year in the Berlin office."),
        (LEAVE, "Unused leave may be carried over until 31 March of the following year, also in the Berlin office."),
        (LEAVE, "Unused leave may be carried over until 31 March of the previous year."),
        (LEAVE, "Backups are kept for 30 days if the retention policy is disabled."),
        (MUSEUM, "The museum is open on Mondays."),
        (MUSEUM, "The museum is open daily, including Mondays."),
        (MUSEUM, "The router supports WEP."),
        (MUSEUM, "The router does not support WPA3."),
        (GERMAN, "Auch die Praktikanten erhalten ein Weihnachtsgeld."),
        (GERMAN, "Alle Kunden zahlen bar."),
        (FRENCH, "Le magasin est ouvert le dimanche."),
        (FRENCH, "Tous les appartements disposent d'un balcon."),
        (SPANISH, "Todos los pedidos se entregan en 48 horas."),
        (SPANISH, "La tienda abre los lunes."),
        (POLISH, "Okres wypowiedzenia wynosi dwa miesiące."),
        (POLISH, "Wniosek można złożyć przed 15 maja."),
        (POLISH, "Wniosek można złożyć po 15 marca."),
        (POLISH, "Cena wynosi 200 euro."),
        (POLISH, "Sklep w Gdańsku jest otwarty w niedzielę."),
        (RUSSIAN, "Все сотрудники работают удалённо."),
        (RUSSIAN, "Московский магазин открыт в воскресенье."),
        (CHINESE, "所有员工可以在家工作。"),
        (CHINESE, "会议室星期一开放。"),
        (JAPANESE, "すべての社員は在宅勤務ができます。"),
        (JAPANESE, "美術館は月曜日に開館しています。"),
        (ARABIC, "يعمل جميع الموظفين من المنزل."),
        (ARABIC, "المتحف مفتوح يوم الاثنين."),
    ],
)  # fmt: skip
def test_what_is_denied_left_out_or_limited_is_not_verified(passage: str, statement: str) -> None:
    """A failure, an exception, a condition and "most" count as much as "not" does."""
    assert not check_support(statement, passage).verified


@pytest.mark.parametrize(
    ("passage", "statement"),
    [
        (COURT, "The claimant did not file the documents in time."),
        (COURT, "The company did not pay the fine of $25,000."),
        (COURT, "The company does not have a licence to operate in Ohio."),
        (LEAVE, "Unused leave may be carried over until 31 March of the following year."),
        (LEAVE, "Unless the retention policy is disabled, backups are kept for 30 days."),
        (MUSEUM, "The museum is closed on Mondays."),
        (MUSEUM, "The museum is open daily except Mondays."),
        (MUSEUM, "The router does not support WEP."),
        (GERMAN, "Alle Mitarbeiter außer den Praktikanten erhalten ein Weihnachtsgeld."),
        (FRENCH, "Le magasin est fermé le dimanche."),
        (SPANISH, "La mayoría de los pedidos se entregan en 48 horas."),
        (POLISH, "Okres wypowiedzenia to 3 miesiące."),
        (POLISH, "Wniosek można złożyć przed 15 marca."),
        (RUSSIAN, "Большинство сотрудников работают удалённо."),
        (CHINESE, "大多数员工可以在家工作。"),
        (JAPANESE, "美術館は月曜日を除き毎日開館しています。"),
        (ARABIC, "يعمل معظم الموظفين من المنزل."),
        ("The function raises an exception of type ValueError.", "The function raises a ValueError exception."),
    ],
)  # fmt: skip
def test_what_is_denied_in_other_words_is_verified(passage: str, statement: str) -> None:
    """Who "failed to file" did not file; what is open except on Mondays is closed on Mondays."""
    assert check_support(statement, passage).verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The law covers public and private unions.", "The law covers public unions.", True),
        ("The law covers public unions.", "The law covers private unions.", False),
        ("Bars stand in order from the highest share to the lowest share.", "Bars stand in order from the lowest share to the lowest share.", False),
        ("At a high altitude water boils soon.", "At a lower altitude water boils soon.", False),
        ("A low rate in a trained heart does what a higher rate in an untrained heart does.", "A low rate in a trained heart does what a lower rate in an untrained heart does.", False),
        ("The renewal comes ahead of the premiere of the series.", "The renewal comes before the premiere of the series.", True),
        ("The team named the land for the tribe.", "The team named the land before the tribe.", False),
    ],
)  # fmt: skip
def test_a_comparison_is_that_of_the_words_around_it(passage: str, statement: str, is_verified: bool) -> None:
    """A passage may hold both sides; the one that is meant stands among the same words."""
    assert check_support(statement, passage).verified == is_verified


RULES = (
    "Managers must approve requests within five working days. Adults may take one tablet every 6 to 8 hours. Visitors must "
    "not park here. Analysts expect the central bank to cut its rate in September. Ek plans to open a plant in Poland."
)
ANTRAG = (
    "Der Antrag muss vor dem 1. Oktober gestellt werden. Die Zahlung erfolgt voraussichtlich im November."
)


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (RULES, "Managers may approve requests within five working days.", False),
        (RULES, "Managers have to approve requests within five working days.", True),
        (RULES, "Adults must take one tablet every 6 to 8 hours.", False),
        (RULES, "Visitors may not park here.", True),
        (RULES, "The central bank cut its rate in September.", False),
        (RULES, "The central bank is expected to cut its rate in September.", True),
        (RULES, "Ek opened a plant in Poland.", False),
        (RULES, "Ek will open a plant in Poland.", True),
        (ANTRAG, "Der Antrag kann vor dem 1. Oktober gestellt werden.", False),
        (ANTRAG, "Der Antrag muss vor dem 1. Oktober gestellt werden.", True),
        (ANTRAG, "Die Zahlung erfolgte im November.", False),
        (ANTRAG, "Die Zahlung erfolgt voraussichtlich im November.", True),
        ("El cliente debe presentar la factura.", "El cliente puede presentar la factura.", False),
        ("Le client doit présenter la facture.", "Le client peut présenter la facture.", False),
        ("Klient musi przedstawić fakturę.", "Klient może przedstawić fakturę.", False),
        ("Клиент должен предъявить счёт.", "Клиент может предъявить счёт.", False),
        ("公司计划在波兰开设工厂。", "公司在波兰开设工厂。", False),
    ],
)  # fmt: skip
def test_what_may_be_or_is_planned_is_no_more_than_that(
    passage: str, statement: str, is_verified: bool
) -> None:
    """What one may do, one need not do; a plan is not a fact."""
    assert check_support(statement, passage).verified == is_verified
