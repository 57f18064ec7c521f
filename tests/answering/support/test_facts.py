"""Whether a statement has as a fact what its passage claims, foresees, or has as over."""

import pytest

from app.answering.support.judgement import check_support


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The museum will open in 2027.", "The museum opened in 2027.", False),
        ("The museum will open in 2027.", "The museum will open in 2027.", True),
        ("The museum will open in 2027.", "The museum opens in 2027.", True),
        ("The museum will open in 2027.", "The museum is due to open in 2027.", True),
        ("The museum is due to open in 2027.", "The museum opened in 2027.", False),
        ("The museum is due to open in 2027.", "The museum will open in 2027.", True),
        ("The company plans to build a factory in Leeds.", "The company built a factory in Leeds.", False),
        ("The company plans to build a factory in Leeds.", "The company has built a factory in Leeds.", False),
        ("The company is expected to sell its mill next year.", "The company sold its mill.", False),
        ("The bridge is going to close in March 2026.", "The bridge closed in March 2026.", False),
        ("The bridge is going to close in March 2026.", "The bridge will close in March 2026.", True),
        ("The new terminal will be completed by Acme.", "The new terminal was completed by Acme.", False),
        ("The new terminal will be completed by Acme.", "Acme will complete the new terminal.", True),
        ("Acme will invest 5 million euros in the plant.", "Acme has invested 5 million euros in the plant.", False),
        ("Acme will invest 5 million euros in the plant.", "Acme is investing 5 million euros in the plant.", True),
        ("The museum opened in 2017.", "The museum opened in 2017.", True),
        ("The contract will end in June. It was signed in 2019.", "The contract was signed in 2019.", True),
        ("The museum, which opened in 2001, will open a second wing in 2027.", "The museum opened in 2001.", True),
        ("Das Museum wird 2027 eröffnet.", "Das Museum wurde 2027 eröffnet.", False),
        ("Das Museum wird 2027 eröffnet.", "Das Museum wird 2027 eröffnet.", True),
        ("Das Museum wird 2027 öffnen.", "Das Museum hat 2027 geöffnet.", False),
        ("Das Museum soll 2027 eröffnet werden.", "Das Museum wurde 2027 eröffnet.", False),
        ("Das Museum soll 2027 eröffnet werden.", "Das Museum wird 2027 eröffnet.", True),
        ("Le musée ouvrira en 2027.", "Le musée a ouvert en 2027.", False),
        ("Le musée va ouvrir en 2027.", "Le musée a ouvert en 2027.", False),
        ("Le musée va ouvrir en 2027.", "Le musée ouvrira en 2027.", True),
    ],
)  # fmt: skip
def test_what_is_to_come(passage: str, statement: str, *, is_verified: bool) -> None:
    """What will be has not been, and may be told as a plan."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The plant formerly produced tyres.", "The plant produces tyres.", False),
        ("The plant formerly produced tyres.", "The plant produced tyres.", True),
        ("The plant formerly produced tyres.", "The plant used to produce tyres.", True),
        ("The plant used to produce tyres.", "The plant produces tyres.", False),
        ("The plant no longer produces tyres.", "The plant produces tyres.", False),
        ("The building was previously a school.", "The building is a school.", False),
        ("The building was previously a school.", "The building was a school.", True),
        ("The building was once a school.", "The building is a school.", False),
        ("The town was originally called Newbury.", "The town is called Newbury.", False),
        ("The town was originally called Newbury.", "The town was first called Newbury.", True),
        ("He previously worked for Siemens in Munich.", "He works for Siemens in Munich.", False),
        ("He previously worked for Siemens in Munich.", "He worked for Siemens in Munich.", True),
        ("Das Werk stellte früher Reifen her.", "Das Werk stellt Reifen her.", False),
        ("Das Werk stellte früher Reifen her.", "Das Werk stellte Reifen her.", True),
        ("L'usine produisait autrefois des pneus.", "L'usine produit des pneus.", False),
        ("L'usine produisait autrefois des pneus.", "L'usine produisait des pneus.", True),
    ],
)  # fmt: skip
def test_what_is_over(passage: str, statement: str, *, is_verified: bool) -> None:
    """What was formerly so is not so, and may be told in the past."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Critics claim that the tax harms small farms.", "The tax harms small farms.", False),
        ("The committee proposed that the fee be raised to 20 euros.", "The fee was raised to 20 euros.", False),
        ("The committee proposed that the fee be raised to 20 euros.", "The committee proposed raising the fee to 20 euros.", True),
        ("The director allegedly accepted bribes from suppliers.", "The director accepted bribes from suppliers.", False),
        ("The director allegedly accepted bribes from suppliers.", "The director is alleged to have accepted bribes from suppliers.", True),
        ("The director reportedly left the firm in May.", "The director left the firm in May.", False),
        ("Some economists believe that the currency is overvalued.", "The currency is overvalued.", False),
        ("Some economists believe that the currency is overvalued.", "Some economists think that the currency is overvalued.", True),
        ("It is rumoured that the band will split.", "The band will split.", False),
        ("The union suggested that the office close at noon.", "The office closes at noon.", False),
        ("Opponents argue that the dam destroys the valley.", "The dam destroys the valley.", False),
        ("The plaintiff alleges that the company dumped waste in the river.", "The company dumped waste in the river.", False),
        ("The study found that coffee reduces the risk of diabetes.", "Coffee reduces the risk of diabetes.", True),
        ("The report shows that exports rose by 5 percent.", "Exports rose by 5 percent.", True),
        ("The minister said that exports rose by 5 percent.", "Exports rose by 5 percent.", True),
        ("The manual says that the filter must be cleaned weekly.", "The filter must be cleaned weekly.", True),
        ("Die Verwaltung schlug vor, die Miete zu erhöhen.", "Die Verwaltung erhöhte die Miete.", False),
        ("Die Verwaltung schlug der Stadt vor, die Miete zu erhöhen.", "Die Verwaltung hat die Miete erhöht.", False),
        ("Le ministre a proposé d'augmenter les impôts.", "Le ministre a augmenté les impôts.", False),
        ("El ministro propuso aumentar los impuestos.", "El ministro aumentó los impuestos.", False),
        ("Kritiker behaupten, dass die Steuer kleinen Höfen schadet.", "Die Steuer schadet kleinen Höfen.", False),
        ("Der Direktor hat angeblich Geld von Lieferanten angenommen.", "Der Direktor hat Geld von Lieferanten angenommen.", False),
        ("Selon les critiques, la taxe nuit aux petites fermes.", "La taxe nuit aux petites fermes.", False),
        ("Les critiques affirment que la taxe nuit aux petites fermes.", "La taxe nuit aux petites fermes.", False),
        ("Les critiques affirment que la taxe nuit aux petites fermes.", "La taxe nuit aux petites fermes, affirment les critiques.", True),
    ],
)  # fmt: skip
def test_hearsay(passage: str, statement: str, *, is_verified: bool) -> None:
    """What somebody claims or proposes is no fact; what a report finds is one."""
    assert check_support(statement, passage).verified is is_verified
