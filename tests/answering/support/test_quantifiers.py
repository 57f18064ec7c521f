"""Whether a statement says more than its passage, or pairs what the passage pairs otherwise."""

import pytest

from app.answering.support.judgement import check_support


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Oslo is one of the largest cities in the north.", "Oslo is the largest city in the north.", False),
        ("Oslo is one of the largest cities in the north.", "Oslo is one of the largest cities in the north.", True),
        ("Oslo is the second largest city in the region.", "Oslo is the largest city in the region.", False),
        ("Sales rose despite the strike.", "Sales rose because of the strike.", False),
        ("Sales rose because of the strike.", "Sales rose despite the strike.", False),
        ("The flight was delayed because of fog.", "The flight was cancelled because of fog.", False),
        ("The flight was delayed because of fog.", "Fog delayed the flight.", True),
        ("Prices rose by 5 percent to 20 euros.", "Prices rose to 5 percent.", False),
        ("Prices rose by 5 percent to 20 euros.", "Prices rose by 20 euros.", False),
        ("The warranty covers parts such as the motor, but excludes the battery.", "The warranty covers the motor.", True),
        ("On average, 40 people visit each day.", "Exactly 40 people visit each day.", False),
        ("On average, 40 people visit each day.", "On average, 40 people visit each day.", True),
        ("The lift sometimes stops between floors.", "The lift always stops between floors.", False),
        ("The lift rarely stops between floors.", "The lift often stops between floors.", False),
        ("The lift stops between floors.", "The lift never stops between floors.", False),
        ("The contract ends on 3 May 2024.", "The contract ends on 5 March 2024.", False),
        ("The contract ends on 3 May 2024.", "The contract begins on 3 May 2024.", False),
        ("The contract ends on 3 May 2024.", "The contract ends in May 2024.", True),
        ("The contract ends on 3 May 2024.", "The contract ends in 2024.", True),
        ("The fee is $40.", "The fee is €40.", False),
        ("The fee is 40 US dollars.", "The fee is 40 Canadian dollars.", False),
        ("The hotel has 40 rooms and 2 suites.", "The hotel has 42 rooms.", False),
        ("The hotel has 40 rooms and 2 suites.", "The hotel has 2 rooms.", False),
        ("The hotel has 40 rooms and 2 suites.", "The hotel has 2 suites.", True),
        ("The river is 120 km long and 30 m wide.", "The river is 30 km long.", False),
        ("The river is 120 km long and 30 m wide.", "The river is 30 m wide.", True),
        ("Ada was the first woman to lead the team.", "Ada was the last woman to lead the team.", False),
        ("He studied physics at Bonn and law at Kiel.", "He studied law at Bonn.", False),
        ("He studied physics at Bonn and law at Kiel.", "He studied physics at Kiel.", False),
        ("He studied physics at Bonn and law at Kiel.", "He studied law at Kiel.", True),
        ("The upper limit is 50 and the lower limit is 10.", "The lower limit is 50.", False),
        ("The upper limit is 50 and the lower limit is 10.", "The upper limit is 50.", True),
        ("Set the timeout to 30 seconds for reads and 60 seconds for writes.", "Set the timeout to 60 seconds for reads.", False),
        ("Set the timeout to 30 seconds for reads and 60 seconds for writes.", "Set the timeout to 60 seconds for writes.", True),
        ("Port 80 is used for HTTP and port 443 for HTTPS.", "Port 443 is used for HTTP.", False),
        ("Port 80 is used for HTTP and port 443 for HTTPS.", "Port 80 is used for HTTPS.", False),
        ("Port 80 is used for HTTP and port 443 for HTTPS.", "Port 80 is used for HTTP.", True),
        ("Files over 10 MB are rejected; smaller files are accepted.", "Files over 10 MB are accepted.", False),
        ("Files over 10 MB are rejected; smaller files are accepted.", "Files under 10 MB are rejected.", False),
        ("The server restarts automatically after an update.", "The server must be restarted manually after an update.", False),
        ("Data is encrypted at rest but not in transit.", "Data is encrypted in transit.", False),
        ("Data is encrypted at rest but not in transit.", "Data is encrypted at rest.", True),
        ("Data is encrypted at rest but not in transit.", "Data is not encrypted at rest.", False),
        ("Data is encrypted at rest and in transit.", "Data is encrypted only at rest.", False),
        ("The test is free for students and costs 30 euros for others.", "The test is free for others.", False),
        ("The test is free for students and costs 30 euros for others.", "The test costs 30 euros for students.", False),
        ("The test is free for students and costs 30 euros for others.", "The test is free for everyone.", False),
        ("The test is free for students and costs 30 euros for others.", "The test is free for students.", True),
        ("Berlin hired Jane Roe as manager and John Doe as clerk.", "John Doe was hired as manager.", False),
        ("Berlin hired Jane Roe as manager and John Doe as clerk.", "Jane Roe was hired as manager.", True),
        ("Mars has two moons, Phobos and Deimos; Earth has one.", "Earth has two moons.", False),
        ("Mars has two moons, Phobos and Deimos; Earth has one.", "Mars has two moons.", True),
        ("The law was passed in 1990, amended in 2001 and repealed in 2015.", "The law was repealed in 2001.", False),
        ("The law was passed in 1990, amended in 2001 and repealed in 2015.", "The law was amended in 2001.", True),
        ("The law was passed in 1990, amended in 2001 and repealed in 2015.", "The law was passed in 2015.", False),
        ("The law was passed in 1990, amended in 2001 and repealed in 2015.", "The law is in force.", False),
        ("Unit A costs $5, unit B $7 and unit C $9.", "Unit B costs $9.", False),
        ("Unit A costs $5, unit B $7 and unit C $9.", "Unit C costs $5.", False),
        ("Unit A costs $5, unit B $7 and unit C $9.", "Unit A costs $5.", True),
        ("Most birds can fly, but penguins cannot.", "Penguins can fly.", False),
        ("Most birds can fly, but penguins cannot.", "All birds can fly.", False),
        ("Most birds can fly, but penguins cannot.", "Penguins cannot fly.", True),
        ("Unlike cats, dogs need a licence.", "Cats need a licence.", False),
        ("Unlike cats, dogs need a licence.", "Dogs need a licence.", True),
        ("Neither the red nor the blue wire is live.", "The red wire is live.", False),
        ("The committee rejected the plan of the mayor.", "The mayor rejected the plan of the committee.", False),
        ("The committee rejected the plan of the mayor.", "The committee accepted the plan of the mayor.", False),
        ("The teacher praised the student for her work.", "The student praised the teacher for her work.", False),
        ("Parents of children under 12 get a discount.", "Children under 12 get a discount.", False),
        ("The son of Karl Berg founded the firm.", "Karl Berg founded the firm.", False),
        ("The wife of the director, Eva Lund, opened the fair.", "The director opened the fair.", False),
        ("The headquarters of Acme's rival Globex is in Ulm.", "The headquarters of Acme is in Ulm.", False),
        ("A spokesman for Acme denied the report.", "Acme confirmed the report.", False),
        ("The proposal was withdrawn after protests.", "The proposal was adopted after protests.", False),
        ("Take one tablet twice a day.", "Take two tablets once a day.", False),
        ("Take one tablet twice a day.", "Take one tablet a day.", False),
        ("The museum is free on the first Sunday of the month.", "The museum is free on Sundays.", False),
        ("The museum is free on the first Sunday of the month.", "The museum is free on the first Sunday of the month.", True),
        ("Visitors under 18 must be accompanied by an adult.", "Visitors over 18 must be accompanied by an adult.", False),
        ("You can return items within 14 days if they are unused.", "You can return items within 14 days if they are used.", False),
        ("You can return items within 14 days if they are unused.", "You can return unused items within 14 days.", True),
        ("You can return items within 14 days if they are unused.", "You can return items within 14 days even if they are used.", False),
        ("The device works with iOS 15 or later.", "The device works with iOS 15 or earlier.", False),
        ("The device works with iOS 15 or later.", "The device works with iOS 14.", False),
        ("The key expires after 90 days unless it is renewed.", "The key never expires.", False),
        ("The key expires after 90 days unless it is renewed.", "The key expires after 90 days if it is renewed.", False),
        ("The speed limit is 30 mph in towns and 60 mph elsewhere.", "The speed limit is 60 mph in towns.", False),
        ("The speed limit is 30 mph in towns and 60 mph elsewhere.", "The speed limit is 30 mph in towns.", True),
    ],
)  # fmt: skip
def test_a_statement_says_no_more_than_its_passage(passage: str, statement: str, is_verified: bool) -> None:
    """One of the largest is not the largest, the first Sunday is not every Sunday, and what the son did the father did not."""
    assert check_support(statement, passage).verified == is_verified


LATE = "If the tenant pays late, a fee of 5% is charged."


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (LATE, "The tenant pays late.", False),
        (LATE, "A fee of 5% is charged.", False),
        (LATE, "A fee of 5% is charged if the tenant pays late.", True),
        (LATE, "When the tenant pays late, a fee of 5% is charged.", True),
        (f"{LATE} For each letter a fee of 5% is charged.", "A fee of 5% is charged.", True),
        (LATE, "It is so: if the tenant pays late, a fee of 5% is charged. Is it?", True),
        ("A fee is charged even if the tenant pays late.", "A fee is charged.", True),
        ("Unless both parties agree in writing, the contract ends in May.", "Both parties agree in writing.", False),
        ("The tool reports if the disk is full.", "The disk is full.", False),
        ("Revenue falls when the shops close, and it falls in May.", "Revenue falls in May.", True),
        ("Wenn der Kunde zu spät zahlt, fallen Zinsen von 8 Prozent an.", "Der Kunde zahlt zu spät.", False),
        ("Wenn der Kunde zu spät zahlt, fallen Zinsen von 8 Prozent an.", "Zahlt der Kunde zu spät, fallen Zinsen von 8 Prozent an.", True),
        ("Si le colis est endommagé, le client est remboursé.", "Le colis est endommagé.", False),
        ("Si el cliente paga tarde, se cobra un recargo mensual.", "El cliente paga tarde.", False),
        ("如果迟到超过三次，员工将被解雇。", "员工将被解雇。", False),
        ("如果迟到超过三次，员工将被解雇。", "如果迟到超过三次，员工将被解雇。", True),
    ],
)  # fmt: skip
def test_what_is_so_under_a_condition_is_no_fact(passage: str, statement: str, is_verified: bool) -> None:
    """Neither the condition is, nor what follows from it; "even if" is no condition."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Half of the members voted for the plan.", "The members voted for the plan.", False),
        ("Half the members voted for the plan.", "The members voted for the plan.", False),
        ("Half of the members voted for the plan.", "50% of the members voted for the plan.", True),
        ("All of the members voted for the plan.", "The members voted for the plan.", True),
        ("Both of the engines failed.", "The engines failed.", True),
        ("Some of the samples contained lead.", "The samples contained lead.", False),
        ("Some of the samples contained lead.", "Certain samples contained lead.", True),
        ("Three of the employees resigned in May.", "The employees resigned in May.", False),
        ("Three of the employees resigned in May.", "Three employees resigned in May.", True),
        ("Article 5 of the Act requires a yearly report.", "The Act requires a yearly report.", True),
        ("Anna Berg is one of the founders of the firm.", "Anna Berg is a founder of the firm.", True),
        ("In the second half of the season he scored nine goals.", "He scored nine goals in the season.", True),
        ("Die Hälfte der Mitglieder stimmte für den Plan.", "Die Mitglieder stimmten für den Plan.", False),
        ("La moitié des employés travaille à distance.", "Les employés travaillent à distance.", False),
        ("La mitad de los empleados trabaja a distancia.", "Los empleados trabajan a distancia.", False),
        ("El contrato termina el 30 de junio de 2025.", "El contrato termina en junio.", True),
    ],
)  # fmt: skip
def test_what_is_so_of_some_is_not_said_of_all(passage: str, statement: str, is_verified: bool) -> None:
    """A part, with or without a number, is not the whole; a section of an act and a founder among founders are no parts."""
    assert check_support(statement, passage).verified == is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Should the budget be approved, the road will be built.", "The road will be built.", False),
        ("Should the budget be approved, the road will be built.", "If the budget is approved, the road will be built.", True),
        ("Had the pump been serviced, the flood would have been avoided.", "The pump was serviced.", False),
        ("Were the price to fall, the mine would close its eastern shaft.", "The mine closes its eastern shaft.", False),
        ("Provided that the deposit is paid, the room is reserved for guests.", "The room is reserved for guests.", False),
        ("The room is reserved for guests as long as the deposit is paid.", "The room is reserved for guests.", False),
        ("The licence is renewed on condition that the fee is paid.", "The licence is renewed.", False),
        ("The licence is renewed only when the annual fee is paid.", "The licence is renewed.", False),
        ("Should you lose your card, call the hotline at once.", "Call the hotline if you lose your card.", True),
        ("Employees should lock their screens when they leave the desk.", "Employees should lock their screens.", True),
        ("Sollte das Budget genehmigt werden, wird die Straße gebaut.", "Die Straße wird gebaut.", False),
        ("Sollte das Budget genehmigt werden, wird die Straße gebaut.", "Wenn das Budget genehmigt wird, wird die Straße gebaut.", True),
        ("Wird das Budget genehmigt, baut die Stadt die neue Straße.", "Die Stadt baut die neue Straße.", False),
        ("À condition que le budget soit approuvé, la route sera construite.", "La route sera construite.", False),
    ],
)  # fmt: skip
def test_conditions_in_other_words(passage: str, statement: str, *, is_verified: bool) -> None:
    """An inversion and a phrase such as "provided that" begin a condition, too."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Employees who have worked two years get a bonus.", "Employees get a bonus.", False),
        ("Employees who have worked two years get a bonus.", "Employees who have worked two years get a bonus.", True),
        ("Employees who have worked two years get a bonus.", "Employees with two years of work get a bonus.", True),
        ("Tenants whose income is below 1,500 euros receive a subsidy.", "Tenants receive a subsidy.", False),
        ("Products that contain nuts must carry a label.", "Products must carry a label.", False),
        ("Products that contain nuts must carry a label.", "Products containing nuts must carry a label.", True),
        ("Customers who pay in advance receive a discount.", "Customers receive a discount.", False),
        ("Our teachers, who come from ten countries, speak fluent English.", "Our teachers speak fluent English.", True),
        ("The bridge, which was built in 1930, crosses the Elbe.", "The bridge crosses the Elbe.", True),
        ("The bridge that crosses the Elbe was built in 1930.", "The bridge was built in 1930.", True),
        ("The man who founded Acme died in 1990.", "The man died in 1990.", True),
        ("Mitarbeiter, die zwei Jahre gearbeitet haben, erhalten einen Bonus.", "Mitarbeiter, die zwei Jahre gearbeitet haben, erhalten einen Bonus.", True),
        ("Les employés qui ont travaillé deux ans reçoivent une prime.", "Les employés reçoivent une prime.", False),
        ("Les employés qui ont travaillé deux ans reçoivent une prime.", "Les employés ayant travaillé deux ans reçoivent une prime.", True),
    ],
)  # fmt: skip
def test_some_and_all(passage: str, statement: str, *, is_verified: bool) -> None:
    """What holds of those of a relative clause does not hold of all; a clause behind a comma limits nothing."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Die Kaltmiete beträgt 850 Euro, die Nebenkosten 180 Euro.", "Die Nebenkosten betragen 850 Euro.", False),
        ("Die Kaltmiete beträgt 850 Euro, die Nebenkosten 180 Euro.", "Die Kaltmiete beträgt 180 Euro.", False),
        ("Die Kaltmiete beträgt 850 Euro, die Nebenkosten 180 Euro.", "Die Nebenkosten betragen 180 Euro.", True),
        ("Tokens expire after 90 minutes; refresh tokens after 14 days.", "Refresh tokens expire after 90 minutes.", False),
        ("Tokens expire after 90 minutes; refresh tokens after 14 days.", "Tokens expire after 14 days.", False),
        ("Tokens expire after 90 minutes; refresh tokens after 14 days.", "Refresh tokens expire after 14 days.", True),
        ("Le plein tarif est de 14 euros et le tarif réduit de 9 euros.", "Le tarif réduit est de 14 euros.", False),
        ("Le plein tarif est de 14 euros et le tarif réduit de 9 euros.", "Le tarif réduit est de 9 euros.", True),
        ("Sales in 2020 were 5 million euros, in 2021 6 million euros.", "Sales in 2021 were 6 million euros.", True),
        ("Employees who stay for ten years get three more days.", "All employees get three more days.", False),
    ],
)  # fmt: skip
def test_clauses_without_a_verb(passage: str, statement: str, *, is_verified: bool) -> None:
    """A number belongs to what stands in its own clause, also where that clause leaves out its verb."""
    assert check_support(statement, passage).verified is is_verified


SUBJECTS = "Compulsory subjects are mathematics and science; optional ones are music and Latin."
REACTIONS = "Common reactions include fatigue. Rare reactions include hives."
SUPPORT = "Phone support is available on weekdays, chat support every day."


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        (SUBJECTS, "Music is a compulsory subject.", False),
        (SUBJECTS, "Mathematics is optional.", False),
        (SUBJECTS, "Science is a compulsory subject.", True),
        (REACTIONS, "Hives are a common reaction.", False),
        (REACTIONS, "Hives are a rare reaction.", True),
        (SUPPORT, "Phone support is available every day.", False),
        (SUPPORT, "Chat support is available every day.", True),
        ("The eastern route is shorter, the western one safer.", "The western route is safer.", True),
        ("The eastern route is shorter, the western one safer.", "The eastern route is safer.", False),
        ("Lunch is free for families on benefits.", "Lunch is free for all families.", False),
        ("Registered customers can track parcels.", "All customers can track parcels.", False),
        ("Registered customers can track parcels.", "All registered customers can track parcels.", True),
        ("In the study, 30 of 200 patients reported fatigue.", "All patients reported fatigue.", False),
        ("Two thirds of visitors come in summer. It lost a third of its area.", "A third of visitors come in summer.", False),
        ("Only members of the Gold plan can book by phone.", "All members can book by phone.", False),
        ("It is taller than Orla but shorter than Brandt.", "It is taller than Brandt.", False),
        ("It is taller than Orla but shorter than Brandt.", "It is shorter than Brandt.", True),
        ("| Plan | Price per month |\n| --- | --- |\n| Team | 9 |\n\nAll plans are billed annually.", "All plans are billed monthly.", False),
        ("Milk reduces absorption.", "Milk increases absorption.", False),
    ],
)  # fmt: skip
def test_of_which_group(passage: str, statement: str, *, is_verified: bool) -> None:
    """What belongs to one group, or to a part of it, does not belong to its rival, or to all."""
    assert check_support(statement, passage).verified is is_verified
