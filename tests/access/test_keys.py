"""Who may call."""

import pytest
from pydantic import SecretStr

from app.access.keys import KeyRing
from app.core.errors import Unauthenticated


def test_without_keys_anyone_may_call() -> None:
    """Everyone is the default project."""
    ring = KeyRing(())

    assert ring.is_open
    assert ring.identify(None).project_id == "proj_default"


def test_a_known_key_is_let_in_under_an_id_that_does_not_tell_it() -> None:
    """The key's id is stable and is not the key."""
    ring = KeyRing((SecretStr("one"), SecretStr("secret-two")))

    caller = ring.identify("bearer secret-two")

    assert caller == ring.identify("Bearer  secret-two ")
    assert caller.key_id is not None
    assert "secret" not in caller.key_id


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "secret-two"])
def test_no_key_is_said_so(header: str | None) -> None:
    """A header without a bearer token counts as none."""
    with pytest.raises(Unauthenticated, match="didn't provide") as raised:
        KeyRing((SecretStr("secret-two"),)).identify(header)

    assert raised.value.code is None


@pytest.mark.parametrize("token", ["sk-abcdefghijklmnop", "x", "ключ-длинный-очень", "' or 1=1 --"])
def test_a_wrong_key_is_masked(token: str) -> None:
    """The message does not repeat the key."""
    with pytest.raises(Unauthenticated) as raised:
        KeyRing((SecretStr("secret-two"),)).identify(f"Bearer {token}")

    assert raised.value.code == "invalid_api_key"
    assert token not in raised.value.message
