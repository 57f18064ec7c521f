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
        ("The explosion injured three people.", "The explosion injured people.", True),
    ],
)  # fmt: skip
def test_what_is_done_to_nobody(passage: str, statement: str, *, is_verified: bool) -> None:
    """A verb with "nobody" behind it is denied."""
    assert check_support(statement, passage).verified is is_verified
