"""Whether a statement relates things as its passage does: who does it to whom, what was before, which of two."""

import pytest

from app.answering.support.judgement import check_support

COMPANY = (
    "The company was founded in 1998 by Maria Lopez in Madrid. It employs 1,200 people in 14 countries. In "
    "2015 it bought Orbis, a maker of sensors, for 80 million euros. The head office moved to Lisbon in 2020. "
    "Its main product, the Delta pump, weighs 12 kg and delivers 40 litres per minute. The smaller Gamma pump "
    "delivers 25 litres per minute. Turnover in 2023 was 310 million euros, compared with 290 million in 2022. "
    "The chief executive is Tom Berg; the chief financial officer is Ana Silva. Employees receive 28 days of "
    "leave, trainees 20. The canteen is open from 11:30 to 14:00, except on Fridays."
)
FIRMA = (
    "Die Firma wurde 1998 von Maria Lopez in Madrid gegründet. 2015 kaufte sie Orbis, einen Hersteller von "
    "Sensoren, für 80 Millionen Euro. Der Hauptsitz wurde 2020 von Madrid nach Lissabon verlegt. "
    "Geschäftsführer ist Tom Berg, Finanzchefin ist Ana Silva. Nur Führungskräfte dürfen Rechnungen über 500 "
    "Euro freigeben. Mitarbeiter sollten ihren Bildschirm sperren. Die Kantine ist von 11:30 bis 14:00 Uhr "
    "geöffnet. Statt Kaffee gibt es Tee. Das Werk wurde beinahe geschlossen. Keiner der Tests ist "
    "fehlgeschlagen. Die Umsätze stiegen von 10 Millionen im Jahr 2022 auf 14 Millionen im Jahr 2023."
)
SOCIETE = (
    "La société a été fondée en 1998 par Maria Lopez à Madrid. Le siège a déménagé de Madrid à Lisbonne en "
    "2020. Le directeur est Tom Berg, la directrice financière est Ana Silva. Seuls les responsables peuvent "
    "approuver les factures. Les employés devraient verrouiller leur écran. La cantine est ouverte de 11h30 à "
    "14h00. Aucun des tests n'a échoué. Dupont a poursuivi Martin en 2010."
)
EMPRESA = (
    "La empresa fue fundada en 1998 por Maria Lopez en Madrid. La sede se trasladó de Madrid a Lisboa en 2020. "
    "El director es Tom Berg y la directora financiera es Ana Silva. Sólo los gerentes pueden aprobar "
    "facturas. Los empleados deberían bloquear su pantalla. El comedor abre de 11:30 a 14:00. Ninguna de las "
    "pruebas falló."
)


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Alice manages the Paris office and Bob manages the Rome office.", "Bob manages the Paris office.", False),
        ("Alice manages the Paris office and Bob manages the Rome office.", "Alice manages the Paris office.", True),
        ("The basic plan costs $10 and the premium plan costs $25.", "The premium plan costs $10.", False),
        ("The basic plan costs $10 and the premium plan costs $25.", "The basic plan costs $25.", False),
        ("The basic plan costs $10 and the premium plan costs $25.", "The premium plan costs $25.", True),
        ("The basic plan includes 5 users, the premium plan 50.", "The premium plan includes 5 users.", False),
        ("Germany won seven medals; France won nine.", "France won seven medals.", False),
        ("Germany won seven medals; France won nine.", "France won nine medals.", True),
        ("Revenue rose from 10 million in 2022 to 14 million in 2023.", "Revenue was 14 million in 2022.", False),
        ("Revenue rose from 10 million in 2022 to 14 million in 2023.", "Revenue was 14 million in 2023.", True),
        ("Revenue rose from 10 million in 2022 to 14 million in 2023.", "Revenue fell from 14 million in 2022 to 10 million in 2023.", False),
        ("Revenue rose from 10 million in 2022 to 14 million in 2023.", "Revenue rose by 14 million in 2023.", False),
        ("Smith sued Jones over the patent.", "Jones sued Smith over the patent.", False),
        ("Smith sued Jones over the patent.", "Jones was sued by Smith over the patent.", True),
        ("Smith sued Jones over the patent.", "Smith was sued by Jones over the patent.", False),
        ("The dog bit the postman in the garden.", "The postman bit the dog in the garden.", False),
        ("Acme acquired Globex in 2019 for 3 billion dollars.", "Globex acquired Acme in 2019 for 3 billion dollars.", False),
        ("Acme acquired Globex in 2019 for 3 billion dollars.", "Globex was acquired by Acme in 2019.", True),
        ("Acme acquired Globex in 2019 for 3 billion dollars.", "Acme was acquired by Globex in 2019.", False),
        ("Anna is older than Ben.", "Anna is younger than Ben.", False),
        ("The north tower is taller than the south tower.", "The south tower is taller than the north tower.", False),
        ("Employees may work from home on Fridays.", "Employees must work from home on Fridays.", False),
        ("Employees should lock their screens.", "Employees must lock their screens.", False),
        ("Employees must lock their screens.", "Employees are required to lock their screens.", True),
        ("You need not register.", "You must register.", False),
        ("Only managers can approve invoices.", "Everyone can approve invoices.", False),
        ("Only managers can approve invoices.", "Employees can approve invoices.", False),
        ("Only managers can approve invoices.", "Managers can approve invoices.", True),
        ("Some of the tests failed.", "All of the tests failed.", False),
        ("None of the tests failed.", "Some of the tests failed.", False),
        ("Few customers complained.", "Many customers complained.", False),
        ("The drug reduces pain but does not reduce fever.", "The drug reduces fever.", False),
        ("The drug reduces pain but does not reduce fever.", "The drug does not reduce pain.", False),
        ("The drug reduces pain but does not reduce fever.", "The drug reduces pain and fever.", False),
        ("The API is deprecated since version 3.", "The API is deprecated since version 4.", False),
        ("The API was removed in version 3.", "The API was added in version 3.", False),
        ("The feature is enabled by default.", "The feature is disabled by default.", False),
        ("The feature is on by default.", "The feature is off by default.", False),
        ("The ticket is valid before 9 am.", "The ticket is valid after 9 am.", False),
        ("The ticket is valid until Friday.", "The ticket is valid from Friday.", False),
        ("Take the tablets before meals.", "Take the tablets after meals.", False),
        ("The minimum age is 18.", "The maximum age is 18.", False),
        ("At least 10 people must sign.", "At most 10 people must sign.", False),
        ("At least 10 people must sign.", "Exactly 10 people must sign.", False),
        ("Up to 10 people may sign.", "At least 10 people may sign.", False),
        ("More than 100 people came.", "Fewer than 100 people came.", False),
        ("The deposit is refundable.", "The deposit is non-refundable.", False),
        ("The deposit is non-refundable.", "The deposit is refundable.", False),
        ("The contract is legal.", "The contract is illegal.", False),
        ("Participation is voluntary.", "Participation is mandatory.", False),
        ("Participation is voluntary.", "Participation is involuntary.", False),
        ("The north entrance is closed.", "The north entrance is open.", False),
        ("Prices increased by 5 percent.", "Prices decreased by 5 percent.", False),
        ("The patient is allergic to penicillin.", "The patient is not allergic to penicillin.", False),
        ("The patient denies chest pain.", "The patient has chest pain.", False),
        ("The study found no evidence that the drug works.", "The study found evidence that the drug works.", False),
        ("It is false that the bridge collapsed.", "The bridge collapsed.", False),
        ("Critics claim that the bridge is unsafe.", "The bridge is unsafe.", False),
        ("The bridge would have collapsed without repairs.", "The bridge collapsed without repairs.", False),
        ("The company plans to close the plant.", "The company closed the plant.", False),
        ("The company considered closing the plant.", "The company closed the plant.", False),
        ("Both Anna and Ben passed the exam.", "Only Anna passed the exam.", False),
        ("Either Anna or Ben will attend.", "Anna and Ben will attend.", False),
        ("Anna and Ben attended.", "Anna attended.", True),
        ("Anna or Ben attended.", "Anna attended.", False),
        ("The meeting was moved from Monday to Wednesday.", "The meeting is on Monday.", False),
        ("The meeting was moved from Monday to Wednesday.", "The meeting was moved to Wednesday.", True),
        ("The meeting was moved from Monday to Wednesday.", "The meeting was moved from Wednesday to Monday.", False),
        ("Flights go from Oslo to Rome.", "Flights go from Rome to Oslo.", False),
        ("Trains run from 5 am to 11 pm.", "Trains run from 11 pm to 5 am.", False),
        ("He was born in Vienna and died in Graz.", "He was born in Graz.", False),
        ("He was born in Vienna and died in Graz.", "He died in Vienna.", False),
        ("He was born in Vienna in 1820 and died in Graz in 1890.", "He was born in Vienna in 1890.", False),
        ("He was born in Vienna in 1820 and died in Graz in 1890.", "He died in Graz in 1890.", True),
        ("Version 2.1 supports Linux; version 2.2 supports Windows.", "Version 2.1 supports Windows.", False),
        ("The left button saves and the right button deletes the draft.", "The right button saves the draft.", False),
        ("The left button saves and the right button deletes the draft.", "The right button deletes the draft.", True),
        ("Sales grew in Europe but shrank in Asia.", "Sales grew in Asia.", False),
        ("Sales grew in Europe but shrank in Asia.", "Sales shrank in Europe.", False),
        ("Half of the 200 guests were vegetarians.", "200 guests were vegetarians.", False),
        ("Paris is the capital of France, and Madrid is the capital of Spain.", "Madrid is the capital of France.", False),
        ("The CEO of Acme, Jane Roe, resigned in May.", "Jane Roe resigned in June.", False),
        ("The CEO of Acme, Jane Roe, resigned in May.", "The CFO of Acme resigned in May.", False),
        ("Water boils at 100 degrees Celsius and freezes at 0 degrees Celsius.", "Water freezes at 100 degrees Celsius.", False),
    ],
)  # fmt: skip
def test_what_is_said_of_another_deed_is_not_verified(
    passage: str, statement: str, is_verified: bool
) -> None:
    """The words are all there: who did it, to whom, since when and whether at all makes the difference."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (COMPANY, "The company was founded in 1998.", True),
        (COMPANY, "The company was founded in 2015.", False),
        (COMPANY, "Maria Lopez founded the company.", True),
        (COMPANY, "The company was founded by Tom Berg.", False),
        (COMPANY, "The company was founded in Lisbon.", False),
        (COMPANY, "The company was founded in Madrid.", True),
        (COMPANY, "It employs 1,200 people.", True),
        (COMPANY, "It employs 14 people.", False),
        (COMPANY, "It employs people in 1,200 countries.", False),
        (COMPANY, "Orbis makes sensors.", True),
        (COMPANY, "Orbis bought the company in 2015.", False),
        (COMPANY, "The company bought Orbis in 2020.", False),
        (COMPANY, "The company sold Orbis for 80 million euros.", False),
        (COMPANY, "The company paid 310 million euros for Orbis.", False),
        (COMPANY, "The head office is in Madrid.", False),
        (COMPANY, "The head office is in Lisbon.", True),
        (COMPANY, "The head office moved to Lisbon in 2015.", False),
        (COMPANY, "The Delta pump delivers 25 litres per minute.", False),
        (COMPANY, "The Gamma pump weighs 12 kg.", False),
        (COMPANY, "The Delta pump weighs 40 kg.", False),
        (COMPANY, "The Gamma pump delivers 25 litres per minute.", True),
        (COMPANY, "The Delta pump delivers 40 litres per minute.", True),
        (COMPANY, "The Delta pump delivers 40 litres per hour.", False),
        (COMPANY, "The Gamma pump is smaller.", True),
        (COMPANY, "Turnover in 2022 was 310 million euros.", False),
        (COMPANY, "Turnover in 2023 was 290 million euros.", False),
        (COMPANY, "Turnover was 290 million euros in 2022.", True),
        (COMPANY, "Turnover fell between 2022 and 2023.", False),
        (COMPANY, "Turnover in 2023 was 310 billion euros.", False),
        (COMPANY, "The chief executive is Ana Silva.", False),
        (COMPANY, "Tom Berg is the chief financial officer.", False),
        (COMPANY, "Ana Silva is the chief financial officer.", True),
        (COMPANY, "Trainees receive 28 days of leave.", False),
        (COMPANY, "Employees receive 20 days of leave.", False),
        (COMPANY, "The canteen is open on Fridays.", False),
        (COMPANY, "The canteen closes at 11:30.", False),
        (COMPANY, "The canteen opens at 11:30.", True),
        (COMPANY, "The canteen opens at 14:00.", False),
        (COMPANY, "The canteen is closed on Fridays.", True),
        (COMPANY, "The canteen is open from 14:00 to 11:30.", False),
        (COMPANY, "The company has two chief executives.", False),
        (COMPANY, "The Delta pump costs 80 million euros.", False),
        (COMPANY, "The company was founded by Maria Lopez and Tom Berg.", False),
        (COMPANY, "Turnover grew by 310 million euros.", False),
        (COMPANY, "Employees receive at least 28 days of leave.", False),
        (COMPANY, "Employees receive up to 28 days of leave.", False),
        (COMPANY, "Every employee receives 28 days of leave each month.", False),
    ],
)  # fmt: skip
def test_a_company_is_told_as_its_description_has_it(passage: str, statement: str, is_verified: bool) -> None:
    """Each statement takes its words from one or two sentences of the description."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The drug may cause nausea.", "The drug causes nausea.", False),
        ("The drug can cause nausea in some patients.", "The drug causes nausea in all patients.", False),
        ("Smoking is associated with lung cancer.", "Smoking causes lung cancer.", False),
        ("The meeting starts at 10 and the workshop at 14.", "The workshop starts at 10.", False),
        ("The meeting starts at 10 and the workshop at 14.", "The workshop starts at 14.", True),
        ("Unlike the Pro plan, the Basic plan has no support.", "The Pro plan has no support.", False),
        ("Unlike the Pro plan, the Basic plan has no support.", "The Basic plan has no support.", True),
        ("Unlike the Pro plan, the Basic plan has no support.", "The Basic plan has support.", False),
        ("Instead of coffee, the machine makes tea.", "The machine makes coffee.", False),
        ("The machine makes tea instead of coffee.", "The machine makes coffee.", False),
        ("Contrary to rumours, the factory will not close.", "The factory will close.", False),
        ("The factory was almost destroyed.", "The factory was destroyed.", False),
        ("The factory was nearly completed in 2010.", "The factory was completed in 2010.", False),
        ("The rule no longer applies.", "The rule applies.", False),
        ("The rule does not yet apply.", "The rule applies.", False),
        ("He stopped smoking in 2010.", "He started smoking in 2010.", False),
        ("The shop used to sell bread.", "The shop sells bread.", False),
        ("The former mayor, Ann Lee, opened the fair.", "The mayor is Ann Lee.", False),
        ("Payment is due within 30 days after delivery.", "Payment is due within 30 days before delivery.", False),
        ("Payment is due 30 days after delivery.", "Delivery is due 30 days after payment.", False),
        ("Refunds are given only with a receipt.", "Refunds are given without a receipt.", False),
        ("Refunds are not given without a receipt.", "Refunds are given without a receipt.", False),
        ("Dogs must be kept on a leash.", "Cats must be kept on a leash.", False),
        ("Dogs must be kept on a leash.", "Dogs need not be kept on a leash.", False),
        ("The exam has two parts: a written test and an interview.", "The exam has three parts.", False),
        ("Women earn 10 % less than men.", "Men earn 10 % less than women.", False),
        ("Women earn 10 % less than men.", "Women earn 10 % more than men.", False),
        ("Five of the seven members voted for the plan.", "Seven of the five members voted for the plan.", False),
        ("Five of the seven members voted for the plan.", "Seven members voted for the plan.", False),
        ("Five of the seven members voted for the plan.", "Five members voted against the plan.", False),
        ("The vote was 5 to 2 in favour.", "The vote was 2 to 5 in favour.", False),
        ("Germany beat Brazil 7-1.", "Brazil beat Germany 7-1.", False),
        ("Germany beat Brazil 7-1.", "Germany lost to Brazil 7-1.", False),
        ("The temperature ranges from -5 to 30 degrees.", "The temperature ranges from 5 to 30 degrees.", False),
        ("Up to 30 June the fee is 50 euros, from 1 July 60 euros.", "From 1 July the fee is 50 euros.", False),
        ("Up to 30 June the fee is 50 euros, from 1 July 60 euros.", "From 1 July the fee is 60 euros.", True),
        ("Children under 6 travel free; children from 6 to 14 pay half.", "Children from 6 to 14 travel free.", False),
        ("Children under 6 travel free; children from 6 to 14 pay half.", "Children under 6 pay half.", False),
        ("Children under 6 travel free; children from 6 to 14 pay half.", "Children under 6 travel free.", True),
        ("Anna Berg and Jonas Lund lead sales and development respectively.", "Anna Berg leads development.", False),
        ("The first prize went to Kim, the second to Lee.", "Lee won the first prize.", False),
        ("The first prize went to Kim, the second to Lee.", "The second prize went to Kim.", False),
        ("The red wire is positive; the black wire is negative.", "The black wire is positive.", False),
        ("Press A to save and B to cancel.", "Press B to cancel.", True),
        ("Model X supports 4G but not 5G; model Y supports both.", "Model X supports 5G.", False),
        ("Model X supports 4G but not 5G; model Y supports both.", "Model X does not support 4G.", False),
    ],
)  # fmt: skip
def test_small_words_turn_a_statement_round(passage: str, statement: str, is_verified: bool) -> None:
    """What was nearly done, is no longer so, or was done instead of it is no fact."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (FIRMA, "Die Firma wurde 1998 gegründet.", True),
        (FIRMA, "Die Firma wurde 2015 gegründet.", False),
        (FIRMA, "Die Firma wurde in Lissabon gegründet.", False),
        (FIRMA, "Die Firma wurde in Madrid gegründet.", True),
        (FIRMA, "Tom Berg gründete die Firma.", False),
        (FIRMA, "Der Hauptsitz ist in Madrid.", False),
        (FIRMA, "Der Hauptsitz ist in Lissabon.", True),
        (FIRMA, "Der Hauptsitz wurde 2020 nach Lissabon verlegt.", True),
        (FIRMA, "Geschäftsführer ist Ana Silva.", False),
        (FIRMA, "Finanzchefin ist Ana Silva.", True),
        (FIRMA, "Ana Silva ist Finanzchefin.", True),
        (FIRMA, "Tom Berg ist Geschäftsführer.", True),
        (FIRMA, "Mitarbeiter dürfen Rechnungen über 500 Euro freigeben.", False),
        (FIRMA, "Führungskräfte dürfen Rechnungen über 500 Euro freigeben.", True),
        (FIRMA, "Mitarbeiter müssen ihren Bildschirm sperren.", False),
        (FIRMA, "Mitarbeiter sollten ihren Bildschirm sperren.", True),
        (FIRMA, "Die Kantine öffnet um 14:00 Uhr.", False),
        (FIRMA, "Die Kantine ist von 14:00 bis 11:30 Uhr geöffnet.", False),
        (FIRMA, "Es gibt Kaffee.", False),
        (FIRMA, "Das Werk wurde geschlossen.", False),
        (FIRMA, "Einige der Tests sind fehlgeschlagen.", False),
        (FIRMA, "Die Umsätze lagen im Jahr 2022 bei 14 Millionen.", False),
        (FIRMA, "Die Umsätze sanken.", False),
        (FIRMA, "Die Firma verkaufte Orbis für 80 Millionen Euro.", False),
        (SOCIETE, "La société a été fondée en 1998.", True),
        (SOCIETE, "La société a été fondée en 2020.", False),
        (SOCIETE, "La société a été fondée à Lisbonne.", False),
        (SOCIETE, "La société a été fondée à Madrid.", True),
        (SOCIETE, "Le siège est à Madrid.", False),
        (SOCIETE, "Le siège est à Lisbonne.", True),
        (SOCIETE, "Le directeur est Ana Silva.", False),
        (SOCIETE, "Le directeur est Tom Berg.", True),
        (SOCIETE, "Tom Berg est le directeur.", True),
        (SOCIETE, "Les employés peuvent approuver les factures.", False),
        (SOCIETE, "Les responsables peuvent approuver les factures.", True),
        (SOCIETE, "Les employés doivent verrouiller leur écran.", False),
        (SOCIETE, "La cantine est ouverte de 14h00 à 11h30.", False),
        (SOCIETE, "Certains tests ont échoué.", False),
        (SOCIETE, "Martin a poursuivi Dupont en 2010.", False),
        (SOCIETE, "Dupont a été poursuivi par Martin en 2010.", False),
        (SOCIETE, "Martin a été poursuivi par Dupont en 2010.", True),
        (EMPRESA, "La empresa fue fundada en 1998.", True),
        (EMPRESA, "La empresa fue fundada en Lisboa.", False),
        (EMPRESA, "La empresa fue fundada en Madrid.", True),
        (EMPRESA, "La sede está en Madrid.", False),
        (EMPRESA, "La sede está en Lisboa.", True),
        (EMPRESA, "El director es Ana Silva.", False),
        (EMPRESA, "Tom Berg es el director.", True),
        (EMPRESA, "Los empleados pueden aprobar facturas.", False),
        (EMPRESA, "Los empleados deben bloquear su pantalla.", False),
        (EMPRESA, "El comedor abre a las 14:00.", False),
        (EMPRESA, "El comedor abre a las 11:30.", True),
        (EMPRESA, "Algunas pruebas fallaron.", False),
    ],
)  # fmt: skip
def test_the_same_holds_in_other_languages(passage: str, statement: str, is_verified: bool) -> None:
    """German, French and Spanish put their words in another order, and have articles that are other languages' prepositions."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement"),
    [
        ("Trains run from 5 to 11 on weekdays. On Sundays trains run from 11 to 5.", "Trains run from 11 to 5 on Sundays."),
        ("Smith sued Jones in 2010. In 2015 Smith was sued by Jones.", "Smith was sued by Jones in 2015."),
        ("Oslo is one of the largest cities of Europe. It is the largest city of Norway.", "Oslo is the largest city of Norway."),
        ("Only managers may approve invoices. Since May assistants may approve invoices, too.", "Assistants may approve invoices since May."),
        ("Half of the 200 guests were vegetarians. In all 200 guests came.", "200 guests came."),
        ("He was born in Vienna and died in Graz. His son was born in Graz.", "His son was born in Graz."),
        ("The former director Ann Lee founded the club. The director Tom Berg leads it.", "Director Tom Berg leads the club."),
        ("The tablets may cause nausea. In children the tablets cause nausea.", "The tablets cause nausea in children."),
        ("The shop used to sell bread. Now the shop sells bread again.", "The shop sells bread again."),
        ("The rule no longer applies in Bonn. In Kiel the rule applies.", "The rule applies in Kiel."),
        ("Either Anna or Ben will attend. Anna and Ben attended last year.", "Anna and Ben attended last year."),
    ],
)  # fmt: skip
def test_what_one_sentence_says_is_verified_though_another_says_otherwise(
    passage: str, statement: str
) -> None:
    """The sentence that shares most with the statement is the one that counts."""
    assert check_support(statement, passage).verified


LEASE = "The lease begins on 1 March 2024 and ends on 28 February 2026."
REVENUE = "Revenue fell from 12 million euros in 2022 to 9 million euros in 2023."


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (REVENUE, "Revenue was 9 million euros in 2023.", True),
        (REVENUE, "Revenue was 9 million euros in 2022.", False),
        (REVENUE, "Revenue was 12 million euros in 2023.", False),
        (LEASE, "The lease ends on February 28, 2026.", True),
        (LEASE, "The lease ends on March 1, 2024.", False),
        ("Those who pay late, the tenants among them, are charged.", "The tenants are charged.", True),
        ("The late Tom Berg was the director of the firm.", "Tom Berg is the director of the firm.", False),
    ],
)
def test_amounts_and_dates_are_things_of_one_piece(passage: str, statement: str, is_verified: bool) -> None:
    """The unit is part of the amount, a day is nothing that a month does, and "late," is nobody's title."""
    assert check_support(statement, passage).verified == is_verified


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
        ("L'exposition dure jusqu'au 5 mai.", "L'exposition dure à partir du 5 mai.", False),
        ("The fair runs from 2 April to 5 May.", "The fair runs until 5 May.", True),
        ("The fair runs from 2 April to 5 May.", "The fair runs from 5 May.", False),
        ("The fair runs from 2 April to 5 May.", "The fair runs until 2 April.", False),
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
        ("The licence was granted by Globex to Acme in 2020.", "The licence was granted to Acme by Globex in 2020.", True),
        ("Die Lizenz wurde von Globex an Acme vergeben.", "Die Lizenz wurde von Acme an Globex vergeben.", False),
        ("Die Lizenz wurde von Globex an Acme vergeben.", "Die Lizenz wurde an Acme von Globex vergeben.", True),
        ("Die Lizenz wurde von Globex an Acme vergeben.", "Acme vergab die Lizenz an Globex.", False),
        ("Dupont a vendu la maison à Martin.", "La maison a été vendue à Dupont par Martin.", False),
        ("Dupont a vendu la maison à Martin.", "La maison a été vendue à Martin par Dupont.", True),
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
        ("Anna Holt will retire in June and be succeeded by Peter Cole.", "Peter Cole will retire in June.", False),
        ("Anna Holt will retire in June and be succeeded by Peter Cole.", "Peter Cole will be succeeded by Anna Holt.", False),
        ("Anna Holt will retire in June and be succeeded by Peter Cole.", "Anna Holt will be succeeded by Peter Cole.", True),
        ("Anna Holt will be succeeded by Peter Cole.", "Anna Holt will succeed Peter Cole.", False),
        ("El edificio fue construido por Vega para Solana.", "Solana construyó el edificio para Vega.", False),
        ("Le prêt est accordé par la banque Morel à la société Lenoir.", "La société Lenoir accorde un prêt à la banque Morel.", False),
        ("Le prêt est accordé par la banque Morel à la société Lenoir.", "La banque Morel accorde un prêt à la société Lenoir.", True),
        ("Retail grew 12% and made up 40% of sales.", "Retail made up 12% of sales.", False),
        ("Retail grew 12% and made up 40% of sales.", "Retail made up 40% of sales.", True),
    ],
)  # fmt: skip
def test_of_whom_and_by_how_much(passage: str, statement: str, *, is_verified: bool) -> None:
    """Who is named behind another's verb did not do it, and each verb has its own number."""
    assert check_support(statement, passage).verified is is_verified
