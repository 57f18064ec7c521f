"""Whether a passage supports a statement: kinds of statements that models get wrong, in many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.support.judgement import check_support
from app.answering.support.polarity import word_set

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
        ("The plant is set to close in May.", "The plant closed in May.", False),
        ("The plant is about to close.", "The plant closed.", False),
        ("The company plans to open a plant about 20 km away.", "The company opened a plant about 20 km away.", False),
        ("The report is about ways to save water at home.", "The report is about ways to save water.", True),
        ("The set of tools is used to cut metal.", "The set of tools cuts metal.", True),
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


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Employees get 2 days of leave per month.", "Employees get 2 days of leave per week.", False),
        ("The shop opens at 9 am and closes at 6 pm.", "The shop opens at 9 pm.", False),
        ("The shop opens at 9 am and closes at 6 pm.", "The shop closes at 6 am.", False),
        ("The shop opens at 9 am and closes at 6 pm.", "The shop closes at 6 pm.", True),
        ("The shop opens at 9 am and closes at 6 pm.", "The shop closes at 18:00.", True),
        ("The shop opens at 9:00 and closes at 18:00.", "The shop closes at 6 p.m.", True),
        ("Das Abo kostet 40 Euro pro Monat.", "Das Abo kostet 40 Euro pro Jahr.", False),
        ("L'abonnement coûte 40 euros par mois.", "L'abonnement coûte 40 euros par an.", False),
        ("Speed is limited to 30 mph in town.", "Speed is limited to 30 km/h in town.", False),
        ("Refunds are possible within 30 calendar days.", "Refunds are possible within 30 working days.", False),
        ("The report covers the second quarter.", "The report covers the third quarter.", False),
        ("The report covers Q2 2024.", "The report covers Q3 2024.", False),
        ("The temperature is 5 degrees.", "The temperature is -5 degrees.", False),
        ("The valve is on the third floor.", "The valve is on the second floor.", False),
        ("The dose is 5 µg per kg.", "The dose is 5 mg per kg.", False),
        ("The file is 5 Mbit.", "The file is 5 MB.", False),
        ("The fee is 30 euros per month.", "The fee is 30 euros.", True),
        ("The line carries 230 V.", "The line carries 230 kV.", False),
        ("The line carries 230 V.", "The line carries 230 volts.", True),
        ("The plant has 5 kW of power.", "The plant has 5 MW.", False),
        ("The plant has 5 MW of power.", "The plant has 5,000 kW.", True),
        ("Store it below 25 °C in a dry place.", "Store it below 25 °F.", False),
        ("Store it below 25 °C in a dry place.", "Store it below 25 degrees Celsius.", True),
        ("Store it below 25 °C in a dry place.", "Store it below 25 degrees.", True),
        ("The flat has 80 square metres and a balcony.", "The flat has 80 square feet.", False),
        ("The flat has 80 square metres and a balcony.", "The flat has 80 m².", True),
        ("The answer takes 200 ms on average.", "The answer takes 200 s.", False),
        ("The answer takes 200 ms on average.", "The answer takes 0.2 seconds.", True),
        ("The disk holds 2 TB.", "The disk holds 2,000 GB.", True),
        ("The third quarter was weak, and sales fell.", "The second quarter was weak.", False),
        ("Q3 was weak, and sales fell.", "The third quarter was weak.", True),
        ("The Second World War ended in 1945.", "World War II ended in 1945.", True),
        ("World War II ended in 1945.", "World War I ended in 1945.", False),
        ("The exam is on the third floor.", "The exam is on the 3rd floor.", True),
        ("Die Frist beträgt 14 Kalendertage ab Zustellung.", "Die Frist beträgt 14 Werktage.", False),
        ("Le délai est de 14 jours calendaires.", "Le délai est de 14 jours ouvrés.", False),
        ("Die Sitzung ist im dritten Quartal.", "Die Sitzung ist im zweiten Quartal.", False),
        ("Die Sitzung ist im zweiten Quartal.", "Die Sitzung ist im 2. Quartal.", True),
        ("Im Januar waren es -5 Grad.", "Im Januar waren es 5 Grad.", False),
        ("Im Januar waren es -5 Grad.", "Im Januar waren es minus 5 Grad.", True),
        ("The session is from 9 am to 5 pm.", "The session is from 9 to 17.", True),
        ("The session starts at 9:00 and ends at 17:00.", "The session starts at 9 a.m.", True),
        ("The session starts at 9 a.m. and ends at noon.", "The session starts at 9 p.m.", False),
        ("Der Laden öffnet um 9 Uhr am Montag.", "Der Laden öffnet um 9 am Montag.", True),
        ("The contract runs for 24 months.", "The contract runs for two years.", True),
        ("The car does 130 km/h.", "The car does 130 mph.", False),
        ("Meeting: 5/3/2025 in room 4.", "The meeting is on March 5, 2025.", True),
        ("Meeting: 5/3/2025 in room 4.", "The meeting is on 5 April 2025.", False),
        ("The part has the number 1.103'000 and costs 5 euros.", "The part costs 5 euros.", True),
        ("The car does 130 km/h.", "The car does 130 kph.", True),
        ("Employees have 30 days of annual leave.", "Employees have 30 days of leave each year.", True),
    ],
)  # fmt: skip
def test_a_number_is_of_its_unit_its_sign_its_order_and_its_half_of_the_day(
    passage: str, statement: str, is_verified: bool
) -> None:
    """Also where it is written in another way: 6 pm is 18:00, Q3 is the third quarter, 500 mg are half a gram."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The subscription costs 40 euros per month and can be cancelled at any time.", "The subscription costs 40 euros per year.", False),
        ("The subscription costs 40 euros per month and can be cancelled at any time.", "The subscription costs 40 euros a month.", True),
        ("The yearly fee is 40 euros and is due in January.", "The monthly fee is 40 euros.", False),
        ("The yearly fee is 40 euros and is due in January.", "The annual fee is 40 euros.", True),
        ("Backups run weekly on the main server.", "Backups run daily.", False),
        ("Backups run every day on the main server.", "Backups run every week.", False),
        ("Backups run daily on the main server.", "Backups run every day.", True),
        ("Die monatliche Gebühr beträgt 40 Euro.", "Die jährliche Gebühr beträgt 40 Euro.", False),
        ("Die monatliche Gebühr beträgt 40 Euro.", "Die Gebühr beträgt 40 Euro monatlich.", True),
        ("The limit is 100 requests per minute for each key.", "The limit is 100 requests per second.", False),
        ("The limit is 100 requests per minute for each key.", "The limit is 100 requests/minute.", True),
        ("The limit is 100 requests/minute for each key.", "The limit is 100 requests/second.", False),
        ("The room is cleaned twice a day.", "The room is cleaned twice a week.", False),
        ("The fee is 30 euros per month or 40 euros per year.", "The fee is 40 euros per month.", False),
        ("The fee is 30 euros per month or 300 euros per year.", "The fee is 30 euros a month.", True),
        ("The fee is 30 euros per month or 300 euros per year.", "The fee is €30/month.", True),
        ("The pump delivers 5 l/h at full power.", "The pump delivers 5 l/min.", False),
        ("Take 500 mg once daily with food.", "Take 500 mg twice daily.", False),
        ("Take 500 mg every 8 hours with food.", "Take 500 mg every 6 hours.", False),
        ("Take 500 mg every 8 hours with food.", "Take 500 mg every eight hours.", True),
        ("Take 500 mg every 8 hours with food.", "Take 0.5 g every eight hours.", True),
        ("The store is open daily from 9 to 18.", "The store is open every day.", True),
        ("Zahlen Sie monatlich 20 Euro.", "Zahlen Sie wöchentlich 20 Euro.", False),
        ("Zahlen Sie monatlich 20 Euro.", "Zahlen Sie jeden Monat 20 Euro.", True),
        ("La cuota es de 20 euros al mes.", "La cuota es de 20 euros al año.", False),
        ("La cuota es de 20 euros al mes.", "La cuota es de 20 euros por mes.", True),
        ("Оплата составляет 20 рублей в месяц.", "Оплата составляет 20 рублей в год.", False),
        ("每年费用为20欧元。", "每月费用为20欧元。", False),
        ("料金は年額2000円です。", "料金は月額2000円です。", False),
        ("Opłata wynosi 20 zł miesięcznie.", "Opłata wynosi 20 zł rocznie.", False),
        ("The annual report is due in March each year.", "The annual report is due in March.", True),
        ("The annual report is due in March.", "The report is due annually in March.", True),
    ],
)  # fmt: skip
def test_how_often_and_for_how_long_counts(passage: str, statement: str, is_verified: bool) -> None:
    """40 euros a month are not 40 euros a year; what is done every day is done daily."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("30% of the staff works remotely.", "Half of the staff works remotely.", False),
        ("50% of the staff works remotely.", "Half of the staff works remotely.", True),
        ("Half the staff works remotely, mostly on Fridays.", "Half of the staff works remotely.", True),
        ("A quarter of the staff works remotely.", "A third of the staff works remotely.", False),
        ("One third of the staff works remotely.", "A third of the staff works remotely.", True),
        ("33 % of the staff works remotely.", "A third of the staff works remotely.", True),
        ("One third of the staff works remotely.", "Two thirds of the staff works remotely.", False),
        ("75% of the staff work remotely.", "Three quarters of the staff work remotely.", True),
        ("70% of the staff work remotely.", "Three quarters of the staff work remotely.", False),
        ("30 % der Mitarbeiter arbeiten im Homeoffice.", "Die Hälfte der Mitarbeiter arbeitet im Homeoffice.", False),
        ("50 % der Mitarbeiter arbeiten im Homeoffice.", "Die Hälfte der Mitarbeiter arbeitet im Homeoffice.", True),
        ("30 % des employés travaillent à distance.", "La moitié des employés travaille à distance.", False),
        ("The first half of the year was weak.", "The first half was weak.", True),
        ("The first half of the year was weak.", "The second half was weak.", False),
        ("The course takes 30 minutes.", "The course takes half an hour.", True),
        ("The course takes 45 minutes.", "The course takes half an hour.", False),
        ("The dog is 2.5 years old.", "The dog is two and a half years old.", True),
        ("The dog is 3.5 years old.", "The dog is two and a half years old.", False),
        ("The budget is 1,478,000 euros.", "The budget is about 1.5 million euros.", True),
        ("The budget is 1,278,000 euros.", "The budget is about 1.5 million euros.", False),
        ("The budget is 1,478,000 euros.", "The budget is 1.5 million euros.", False),
        ("487 people came to the concert.", "Nearly 500 people came to the concert.", True),
        ("Es wurden 1.478.000 Euro ausgegeben.", "Etwa 1,5 Millionen Euro wurden ausgegeben.", True),
        ("12 people came to the concert.", "A dozen people came to the concert.", True),
        ("20 people came to the concert.", "A dozen people came to the concert.", False),
        ("The device weighs three times as much as the old one.", "The device weighs twice as much as the old one.", False),
        ("Two people can carry it.", "One person can carry it.", False),
        ("One person can carry it.", "Two people can carry it.", False),
        ("Each team has two coaches.", "Each team has one coach.", False),
        ("You may bring two guests.", "You may bring one guest.", False),
        ("You may bring up to two guests.", "You may bring two guests.", True),
        ("Apply twice a year.", "Apply once a year.", False),
        ("The warranty lasts two years.", "The warranty lasts one year.", False),
        ("The warranty lasts 12 months.", "The warranty lasts one year.", True),
        ("The warranty lasts one year.", "The warranty lasts 1 year.", True),
        ("Die Garantie gilt zwei Jahre.", "Die Garantie gilt ein Jahr.", False),
        ("Die Garantie gilt ein Jahr.", "Die Garantie gilt zwei Jahre.", False),
        ("La garantie dure deux ans.", "La garantie dure un an.", False),
    ],
)  # fmt: skip
def test_halves_ones_and_numbers_that_are_about_right_count(
    passage: str, statement: str, is_verified: bool
) -> None:
    """Half of the staff is 50 %, a year is 12 months, twice is not once, and about 1.5 million may be 1,478,000."""
    assert check_support(statement, passage).verified == is_verified


LEAVE_TABLE = (
    "The number of days off depends on the years of service:\n\n| Years of service | Days of annual leave | Notice needed |\n"
    "|---|---|---|\n| less than 2 | 25 | 2 weeks |\n| 2 to 5 | 27 | 3 weeks |\n\nUp to five days may be carried over."
)


@pytest.mark.parametrize(
    ("statement", "is_verified"),
    [
        ("Years of service: less than 2 · Days of annual leave: 25 · Notice needed: 2 weeks.", True),
        ("Years of service: less than 2 | Days of annual leave: 25 | Notice needed: 2 weeks", True),
        ("Years of service: less than 2 · Days of annual leave: 27 · Notice needed: 2 weeks.", False),
        ("Years of service: less than 2 · Days of annual leave: 25 · Notice needed: 3 weeks.", False),
    ],
)
def test_the_cells_of_a_row_are_read_one_by_one(statement: str, is_verified: bool) -> None:
    """The header of the next cell is no unit of a number: "2 · Days" are not two days."""
    assert check_support(statement, LEAVE_TABLE).verified == is_verified


PIECES = sorted(
    word_set(
        "5 -5 −5 0 0.0 12:00 6pm p.m. 1/3/2025 99/99/2025 01.02.2025 2024-05-01 Q3 H2 II war I a one half of third two hundred million dozen % € ° C "
        "km/h / - – per month every second week about nearly 1.5k 1,500.00 1.2.3 3'000 ٣٠ ５ 三十 万 千円 minus and years 99999999999999999999 5µg m² square "
        ". , | v1.10 twice once"
    )
)


COVER = "The policy does not cover flood damage but covers storm damage."
GATES = "The north gate does not open on Sundays, while the south gate opens on Sundays."


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (COVER, "The policy covers storm damage.", True),
        (COVER, "The policy covers flood damage.", False),
        (COVER, "The policy does not cover storm damage.", False),
        (GATES, "The south gate opens on Sundays.", True),
        (GATES, "The north gate opens on Sundays.", False),
        ("Die Versicherung zahlt nicht bei Hochwasser, aber sie zahlt bei Sturm.", "Die Versicherung zahlt bei Sturm.", True),
        ("Die Versicherung zahlt nicht bei Hochwasser, aber sie zahlt bei Sturm.", "Die Versicherung zahlt bei Hochwasser.", False),
        ("The rule does not, however, apply to children.", "The rule applies to children.", False),
        ("All visitors must sign in at the desk.", "Every visitor must sign in at the desk.", True),
        ("Most visitors sign in at the desk.", "Every visitor signs in at the desk.", False),
    ],
)  # fmt: skip
def test_a_negation_is_of_its_own_part(passage: str, statement: str, is_verified: bool) -> None:
    """What stands behind "but" is affirmed, and "every" at the beginning is no name."""
    assert check_support(statement, passage).verified == is_verified


@given(st.lists(st.sampled_from(PIECES)), st.lists(st.sampled_from(PIECES)), st.sampled_from(["", " ", "\n"]))
def test_numbers_of_any_shape_get_a_verdict(said: list[str], stored: list[str], between: str) -> None:
    """A part number such as 1.103'000 is no decimal, and makes no answer fail."""
    judgement = check_support(between.join(said), between.join(stored))

    assert 0 <= judgement.support <= 1
