"""What negations deny, wherever they stand."""

import pytest

from app.answering.support.judgement import check_support


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("The explosion injured nobody.", "The explosion injured people.", False),
        ("The explosion injured nobody.", "The explosion injured several people.", False),
        ("The explosion injured nobody.", "The explosion injured workers.", False),
        ("The explosion injured nobody.", "Nobody was injured in the explosion.", True),
        ("The fire in the mill killed no one.", "The fire in the mill killed people.", False),
        ("The survey found nothing unusual.", "The survey found something unusual.", False),
        ("Die Explosion verletzte niemanden.", "Die Explosion verletzte Menschen.", False),
        ("Die Explosion verletzte niemanden.", "Bei der Explosion wurde niemand verletzt.", True),
        ("L'accident n'a blessé personne.", "L'accident a blessé une personne.", False),
        ("L'accident n'a blessé personne.", "Personne n'a été blessé dans l'accident.", True),
        ("The explosion injured three people.", "The explosion injured people.", True),
    ],
)  # fmt: skip
def test_what_is_done_to_nobody(passage: str, statement: str, *, is_verified: bool) -> None:
    """A verb with "nobody" behind it is denied."""
    assert check_support(statement, passage).verified is is_verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Absence is told to the manager. Remote work is allowed if the manager agrees.", "Remote work is allowed without the manager.", False),
        ("Return items within 30 days, except for underwear and gift cards.", "Gift cards may be returned within 30 days.", False),
        ("The tower can be visited in May, except on Mondays.", "The tower is closed on Mondays in May.", True),
        ("Lockers are emptied every night, except those rented by the year.", "Lockers rented by the year are emptied every night.", False),
        ("The road is closed in May, except for residents.", "The road is closed for residents in May.", False),
        ("You can return unused items within 30 days, except for gift cards.", "You can return used items within 30 days.", False),
        ("Liability is capped at 500 euros, except in cases of fraud.", "Except for fraud, liability is capped at 500 euros.", True),
    ],
)  # fmt: skip
def test_what_a_negation_is_about(passage: str, statement: str, *, is_verified: bool) -> None:
    """Of several sentences the one that has most of it counts, and "in cases of fraud" is about fraud."""
    assert check_support(statement, passage).verified is is_verified
