"""A database that cannot be used is named in a sentence, without its password."""

import pytest
from sqlalchemy import make_url

from app.db.reaching import DatabaseUnusable, check_usable


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://u:s3cret@127.0.0.1:9/x", "Connection refused"),
        ("postgresql+psycopg://u:s3cret@nope.invalid/x", "nope.invalid"),
    ],
)
def test_nobody_answers(url: str, words: str) -> None:
    """The driver's reason is passed on, and what to do."""
    with pytest.raises(DatabaseUnusable, match="DATABASE_URL leads to no usable PostgreSQL") as error:
        check_usable(url, named="DATABASE_URL")

    assert words in error.value.message
    assert "s3cret" not in error.value.message


def test_a_server_refuses(database_url: str) -> None:
    """A database that is not there; the one that is there is fine."""
    check_usable(database_url, named="DATABASE_URL")

    with pytest.raises(DatabaseUnusable, match='"nope" does not exist'):
        check_usable(
            make_url(database_url).set(database="nope").render_as_string(hide_password=False),
            named="DATABASE_URL",
        )
